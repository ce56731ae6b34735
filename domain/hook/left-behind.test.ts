import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, releaseNumber } from '../names.ts';
import type { Hook } from './hook.ts';
import { irreversible, whyNoAutomaticUndo } from './irreversible.ts';
import { leftBehind, type EarlierDeployment } from './find-left-behind.ts';
import { leftBehindText } from './left-behind.ts';

const hook = (run: string, more: Partial<Hook> = {}): Hook => ({
  run,
  undo: './down',
  timeoutMs: 1,
  mayStay: false,
  destructive: false,
  ...more,
});
const none = { before: [], after: [] };
const up = { moment: 'before', region: null, index: 0 } as const;
const hooks = { before: [hook('./up'), hook('./expand', { undo: null, mayStay: true })], after: [], region: none };

const earlier = (more: Partial<EarlierDeployment>, number = 87): EarlierDeployment => ({
  deployment: deploymentNumber(number),
  release: releaseNumber(412),
  spec: {},
  hooks: [],
  outcomes: ['held'],
  ...more,
});

describe('an earlier deployment leaves', () => {
  test.each<[string, Partial<EarlierDeployment>, object | null]>([
    ['nothing, if it only brought hosts a release', {}, null],
    ['nothing, if its hook is undone', { spec: { hooks }, hooks: [{ ...up, state: 'undone' }] }, null],
    ['nothing, if what its hook did may stay', { spec: { hooks }, hooks: [{ ...up, index: 1, state: 'ran' }] }, null],
    ['a hook that ran', { spec: { hooks }, hooks: [{ ...up, state: 'ran' }] }, { hooks: ['./up'] }],
    ['a hook that may have run', { spec: { hooks }, hooks: [{ ...up, state: 'begun' }] }, { hooks: ['./up'] }],
    [
      'a hook that its undo did not reach, though all its hosts went back',
      { spec: { hooks, compatibleWith: 'none' }, hooks: [{ ...up, state: 'not-undone' }], outcomes: ['undone'] },
      { hooks: ['./up'], compatibleWith: 'none' },
    ],
    [
      'what the release before cannot follow, where hosts may have run it',
      { spec: { compatibleWith: 'none' }, outcomes: ['undone', 'skipped'] },
      { hooks: [], compatibleWith: 'none' },
    ],
    ['nothing of that, where it is undone', { spec: { compatibleWith: 'none' }, outcomes: ['undone'] }, null],
    ['nothing of that, where no region heard of it', { spec: { compatibleWith: 'none' }, outcomes: [] }, null],
    [
      'what its own hooks would take back, as nobody runs their undo any more',
      { spec: { hooks, compatibleWith: 'none' }, hooks: [{ ...up, state: 'ran' }], outcomes: ['held'] },
      { hooks: ['./up'], compatibleWith: 'none' },
    ],
  ])('%s', (_, more, expected) => {
    expect(leftBehind([earlier(more)])).toEqual(
      expected === null ? [] : [{ deployment: 87, release: 412, ...expected }],
    );
  });

  test('so much that only the newest are named, but first what forbids an undo', () => {
    const ran = { spec: { hooks }, hooks: [{ ...up, state: 'ran' as const }] };
    const many = Array.from({ length: 30 }, (_, index) => earlier(ran, index + 2));
    const left = leftBehind([earlier({ ...ran, spec: { hooks, compatibleWith: 'none' } }, 1), ...many]);
    expect([left.length, left[0]?.deployment, left[1]?.deployment]).toEqual([20, 1, 13]);
  });
});

test('what forbids an undo is a reason for one that follows it, whatever that one brings itself', () => {
  const held = { spec: { hooks, compatibleWith: 'none' as const }, hooks: [{ ...up, state: 'ran' as const }] };
  const left = leftBehind([earlier(held)]);
  const text = expect.stringContaining('deployment 87 (@412) is neither finished nor undone: "./up" stands');
  expect(whyNoAutomaticUndo({ leftBehind: left })).toEqual(text);
  expect(whyNoAutomaticUndo({ hooks, compatibleWith: 'none', leftBehind: left })).toEqual(text);
  expect(irreversible({ leftBehind: left })).toEqual([text]);
  expect(leftBehindText({ ...left[0]!, hooks: ['./up', './up in two'] })).toContain('"./up", "./up in two" stand,');
});

test('a hook that stands, and that the release before runs with, forbids nothing', () => {
  const left = leftBehind([earlier({ spec: { hooks }, hooks: [{ ...up, region: null, state: 'ran' }] })]);
  expect(left).toHaveLength(1);
  expect([whyNoAutomaticUndo({ leftBehind: left }), irreversible({ leftBehind: left })]).toEqual([null, []]);
});

test('the same command in several regions is said once', () => {
  const inRegion = (name: string) => ({ moment: 'before', region: regionName(name), index: 0, state: 'ran' }) as const;
  const spec = { hooks: { ...none, region: { before: [hook('./seed')], after: [] } } };
  const [left] = leftBehind([earlier({ spec, hooks: [inRegion('eu-west'), inRegion('us-east')] })]);
  expect(leftBehindText(left!)).toBe('deployment 87 (@412) is neither finished nor undone: "./seed" stands');
});
