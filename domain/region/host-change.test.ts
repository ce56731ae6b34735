import { describe, expect, test } from '@jest/globals';
import { parseLabelEdit, relabel, retire, setMaintenance } from './host-change.ts';

const host = { labels: { role: 'web', zone: 'a' }, maintenance: false, reportAgeMs: 2_000, absentAfterMs: 30_000 };

describe('labels on a command line', () => {
  test.each([
    [['role=web'], { set: { role: 'web' }, remove: [] }],
    [['zone-'], { set: {}, remove: ['zone'] }],
    [['a-b=c', 'd-e-'], { set: { 'a-b': 'c' }, remove: ['d-e'] }],
    [['canary='], { set: { canary: '' }, remove: [] }],
  ])('%j', (words, edit) => {
    expect(parseLabelEdit(words)).toEqual(edit);
  });

  test.each([[['web']], [['=x']], [['-']], [['a=b', 'a-']], [['a=b', 'a=c']], [[`a=${'x'.repeat(64)}`]], [['a b=c']]])(
    '%j is no edit, and it is said which one is wrong',
    (words) => {
      expect(() => parseLabelEdit(words)).toThrow(RangeError);
    },
  );
});

test('an edit sets and takes away, and keeps the rest', () => {
  expect(relabel(host, { set: { canary: 'true' }, remove: ['zone'] })).toEqual({
    do: 'set',
    labels: { role: 'web', canary: 'true' },
    maintenance: false,
  });
});

test('an edit that changes nothing is none', () => {
  expect(relabel(host, { set: { role: 'web' }, remove: ['canary'] })).toEqual({ do: 'same' });
});

test('a seventeenth label is refused', () => {
  const set = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`l${index}`, '']));
  expect(relabel(host, { set, remove: [] })).toMatchObject({ do: 'refuse' });
});

test('maintenance keeps labels, and is set once', () => {
  expect(setMaintenance(host, true)).toEqual({ do: 'set', labels: host.labels, maintenance: true });
  expect(setMaintenance(host, false)).toEqual({ do: 'same' });
});

describe('a host that left for good', () => {
  test.each([
    ['while it reports', 2_000, false, 'refuse'],
    ['while it reports, by force', 2_000, true, 'retire'],
    ['once it is silent', 30_000, false, 'retire'],
    ['that never reported', null, false, 'retire'],
  ])('%s', (_when, reportAgeMs, force, expected) => {
    expect(retire({ ...host, reportAgeMs }, force).do).toBe(expected);
  });
});
