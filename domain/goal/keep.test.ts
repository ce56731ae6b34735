import { describe, expect, test } from '@jest/globals';
import type { RecordedOutcome } from './goal.ts';
import { inherit } from './keep.ts';
import { attempt, begin, digestOfRelease, hold, outcome, release, rolling, undo, written } from './testing/given.ts';

const row = rolling();
const b = digestOfRelease('b');

describe('a deployment begins over another one', () => {
  test.each<[string, readonly RecordedOutcome[], string, readonly string[]]>([
    ['held', [outcome(2, 'held')], 'a', [b]],
    ['skipped', [outcome(2, 'skipped')], 'a', [b]],
    ['unresolved', [outcome(2, 'unresolved')], 'a', [b]],
    ['that nothing is recorded of', [], 'a', [b]],
    ['undone', [outcome(2, 'undone')], 'a', []],
    ['held, and one undone that never came here', [outcome(2, 'held'), outcome(3, 'undone')], 'a', []],
    ['succeeded without a written finish', [outcome(2, 'succeeded')], 'b', []],
    [
      'succeeded without a written finish, and one undone after it',
      [outcome(2, 'succeeded'), outcome(3, 'undone')],
      'b',
      [],
    ],
    [
      'succeeded without a written finish, and one skipped after it',
      [outcome(2, 'succeeded'), outcome(3, 'skipped')],
      'b',
      [],
    ],
  ])('%s', (_what, outcomes, base, keep) => {
    expect(inherit(row, outcomes)).toMatchObject({ base: release(base), keep });
  });
});

test('a region without a row has nothing to take over', () => {
  expect(inherit(null, [outcome(1, 'succeeded')])).toEqual({ base: null, previous: null, keep: [] });
});

test('a success taken over moves the previous release too', () => {
  expect(inherit(row, [outcome(2, 'succeeded')]).previous).toEqual(release('a'));
});

test('a row that was undone from inside the region is undone, whatever the centre recorded', () => {
  const undone = written(row, undo(attempt(2, 1)));
  for (const recorded of ['succeeded', 'held', 'unresolved'] as const) {
    expect(inherit(undone, [outcome(2, recorded)])).toMatchObject({ base: release('a'), keep: [] });
  }
});

test('releases of several holds are kept, each once', () => {
  const second = written(written(row, begin(attempt(3), release('c'), [outcome(2, 'held')])), hold(attempt(3), 1));
  expect(inherit(second, [outcome(3, 'held')]).keep).toEqual([b, digestOfRelease('c')]);
  const retried = written(second, begin(attempt(4), release('b'), [outcome(3, 'held')]));
  expect(inherit(retried, [outcome(4, 'held')]).keep).toEqual([b, digestOfRelease('c')]);
});

test('the goal stays a small document: of many holds in a row the newest are kept', () => {
  const digests = Array.from('0123456789abcdefxyz', (name) => digestOfRelease('a').replace(/a$/, name) as typeof b);
  const { keep } = inherit({ ...row, keep: digests }, []);
  expect(keep).toHaveLength(16);
  expect(keep.at(-1)).toBe(b);
});
