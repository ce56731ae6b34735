import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Role } from '../states.ts';
import {
  breakGlassPolicies,
  decideBreakGlass,
  stricter,
  whyNoReview,
  type BreakGlassPolicy,
  type BrokenGlass,
} from './break-glass.ts';

const now = Date.parse('2026-11-24T03:00:00Z');
const by = (person: string, minutesAgo = 5, role: Role = 'release-owner'): BrokenGlass => ({
  person,
  role,
  reason: 'the shop is down',
  incident: 'INC-7',
  at: new Date(now - minutesAgo * 60_000).toISOString(),
});
const excluded = ['lin', 'Pat'];
const decide = (policy: BreakGlassPolicy, ...broken: BrokenGlass[]) =>
  decideBreakGlass({ policy, broken, excluded, nowMs: now });

test.each<[string, BreakGlassPolicy, BrokenGlass[], 'open' | 'shut', boolean, string | null]>([
  ['nobody', 'two-persons', [], 'shut', false, null],
  ['one of two', 'two-persons', [by('mo')], 'shut', false, 'another person'],
  ['one of two, twice', 'two-persons', [by('mo'), by('MO')], 'shut', false, 'another person'],
  ['two', 'two-persons', [by('mo'), by('ada')], 'open', false, null],
  ['two, one of whom made the change', 'two-persons', [by('lin'), by('mo')], 'open', false, null],
  [
    'two who both made it',
    'two-persons',
    [by('lin'), by('pat')],
    'shut',
    false,
    'a person who had no part in the change',
  ],
  ['one an hour ago, and one now', 'two-persons', [by('mo', 60), by('ada')], 'shut', false, 'another person'],
  ['one who may not, and one', 'two-persons', [by('mo', 5, 'deployer'), by('ada')], 'shut', false, 'another person'],
  ['one, where a review follows', 'one-with-review', [by('lin')], 'open', true, null],
  ['two, where one would do', 'one-with-review', [by('lin'), by('mo')], 'open', false, null],
  ['two who both made it, where one would do', 'one-with-review', [by('lin'), by('pat')], 'open', true, null],
  ['an operator', 'one-with-review', [by('ops', 5, 'operator')], 'open', true, null],
  ['three, where nobody may', 'never', [by('mo'), by('ada'), by('kim')], 'shut', false, null],
])('glass broken by %s under %s', (_, policy, broken, outcome, review, missing) => {
  expect(decide(policy, ...broken)).toMatchObject({ outcome, review, missing });
});

test('glass is never open without a review to one person alone, nor to those alone who made the change', () => {
  const person = fc.constantFrom('lin', 'LIN', 'pat', 'mo', 'Mo', 'ada');
  const words = fc.array(fc.tuple(person, fc.integer({ min: 0, max: 90 })));
  fc.assert(
    fc.property(fc.constantFrom(...breakGlassPolicies), words, (policy, said) => {
      const { outcome, counted, review } = decide(policy, ...said.map(([name, ago]) => by(name, ago)));
      if (outcome === 'shut') return !review;
      const persons = new Set(counted.map((each) => each.person.toLowerCase()));
      const others = [...persons].filter((name) => name !== 'lin' && name !== 'pat');
      if (policy === 'never' || persons.size !== counted.length) return false;
      if (policy === 'two-persons') return persons.size > 1 && others.length > 0 && !review;
      return review === (persons.size === 1 || others.length === 0);
    }),
  );
});

test.each<[BreakGlassPolicy, BreakGlassPolicy, BreakGlassPolicy]>([
  ['one-with-review', 'two-persons', 'two-persons'],
  ['never', 'two-persons', 'never'],
  ['one-with-review', 'one-with-review', 'one-with-review'],
])('of %s and %s the stricter is %s, whoever says it', (a, b, strict) => {
  expect(stricter(a, b)).toBe(strict);
  expect(stricter(b, a)).toBe(strict);
});

describe('a review', () => {
  const standing = {
    name: 'checkout/87',
    brokenBy: ['mo'],
    excluded: ['lin'],
    review: 'wanted',
    reviewedBy: null,
  } as const;
  test.each([
    ['another person', standing, 'ada', null],
    ['who broke the glass', standing, 'MO', 'MO broke glass for checkout/87: another person reviews it'],
    ['who made the change', standing, 'lin', 'lin made or asked for this change: another person reviews it'],
    [
      'the second',
      { ...standing, review: 'accepted', reviewedBy: 'kim' },
      'ada',
      'checkout/87 was reviewed by kim: accepted',
    ],
    [
      'anyone, of two who broke it',
      { ...standing, review: 'none' },
      'ada',
      'checkout/87: two persons broke glass, so no review is wanted',
    ],
  ] as const)('by %s', (_, of, person, why) => expect(whyNoReview(of, person)).toBe(why));
});

test('the oldest word of each person counts, and the first that stops counting is told', () => {
  const { counted, nextExpiryMs } = decide('two-persons', by('mo', 5), by('ada', 20), by('Mo', 30));
  expect(counted.map(({ person }) => person)).toEqual(['Mo', 'ada']);
  expect(nextExpiryMs).toBe(now + 30 * 60_000);
  expect(decide('two-persons').nextExpiryMs).toBeNull();
});
