import { describe, expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import type { HostId } from '../names.ts';
import type { GoalRow, GoalStep } from './goal.ts';
import {
  advance,
  attempt,
  begin,
  decide,
  finish,
  finishedRow,
  generation,
  hold,
  outcome,
  position,
  release,
  resume,
  rolling,
  undo,
  written,
} from './testing/given.ts';

const rolled = rolling();
const held = written(rolled, hold(attempt(2), 1));
const undone = written(rolled, undo(attempt(2)));
const at = rolled.generation;

describe('a step is accepted or fenced', () => {
  test.each<[string, GoalRow | null, GoalStep, 'written' | 'fenced' | 'repeat']>([
    ['the first begin of a region', null, begin(attempt(1), release('a')), 'written'],
    ['a begin of a higher deployment', rolled, begin(attempt(3), release('c')), 'written'],
    ['a begin of a higher local count', rolled, begin(attempt(2, 1), release('b')), 'written'],
    ['a begin of the same attempt', rolled, begin(attempt(2), release('b')), 'fenced'],
    ['a begin of a lower deployment', rolled, begin(attempt(1, 5), release('a')), 'fenced'],
    ['a begin over an undone deployment', undone, begin(attempt(3), release('c')), 'written'],

    ['an advance that knows the row', rolled, advance(attempt(2), at, 2, '9'), 'written'],
    ['an advance without a row', null, advance(attempt(2), at, 2, '9'), 'fenced'],
    ['an advance of another attempt', rolled, advance(attempt(2, 1), at, 2, '9'), 'fenced'],
    ['an advance of a later deployment', rolled, advance(attempt(3), at, 1, '9'), 'fenced'],
    ['an advance of an older generation', rolled, advance(attempt(2), at - 1, 2, '9'), 'fenced'],
    ['an advance of a generation not seen here', rolled, advance(attempt(2), at + 1, 2, '9'), 'fenced'],
    ['an advance in a hold', held, advance(attempt(2), held.generation, 2, '9'), 'fenced'],
    ['an advance after the finish', finishedRow(), advance(attempt(1), 3, 2, '9'), 'fenced'],

    ['a finish that knows the row', rolled, finish(attempt(2), at), 'written'],
    ['a finish without a row', null, finish(attempt(2), at), 'fenced'],
    ['a finish of an older generation', rolled, finish(attempt(2), at - 1), 'fenced'],
    ['a finish in a hold', held, finish(attempt(2), held.generation), 'fenced'],
    ['a finish where nothing began', written(null, hold(attempt(1), 0)), finish(attempt(1), 1), 'fenced'],

    ['a hold of the same revision', written(held, resume(attempt(2), 2)), hold(attempt(2), 2), 'written'],
    ['a hold of an older revision', written(held, resume(attempt(2), 2)), hold(attempt(2), 1), 'fenced'],
    ['a hold of an older attempt', written(rolled, hold(attempt(2, 1), 0)), hold(attempt(2), 3), 'fenced'],
    ['a hold of a later deployment, whatever its revision', held, hold(attempt(3), 0), 'written'],
    ['a hold where nothing began', null, hold(attempt(1), 0), 'written'],

    ['a resume of a newer revision', held, resume(attempt(2), 2), 'written'],
    ['a resume of the same revision', held, resume(attempt(2), 1), 'fenced'],
    ['a resume of an older attempt', written(rolled, hold(attempt(2, 1), 0)), resume(attempt(2), 3), 'fenced'],
    ['a resume of a deployment that never began here', held, resume(attempt(3), 9), 'fenced'],
    [
      'a resume of a deployment that was held before its begin arrived',
      written(rolled, hold(attempt(3), 1)),
      resume(attempt(3), 2),
      'fenced',
    ],
    ['a resume without a row', null, resume(attempt(1), 1), 'fenced'],

    ['an undo', rolled, undo(attempt(2)), 'written'],
    ['an undo of a held region', held, undo(attempt(2)), 'written'],
    ['an undo of an older local count', written(rolled, hold(attempt(2, 3), 0)), undo(attempt(2)), 'written'],
    ['an undo of a later deployment that never began here', rolled, undo(attempt(3)), 'written'],
    ['an undo of an older deployment', rolled, undo(attempt(1, 7)), 'fenced'],
    ['an undo where nothing began', null, undo(attempt(1)), 'written'],

    ['after an undo: its repeat', undone, undo(attempt(2)), 'repeat'],
    ['after an undo: an undo of another local count', undone, undo(attempt(2, 1)), 'repeat'],
    ['after an undo: a begin', undone, begin(attempt(2, 1), release('b')), 'fenced'],
    ['after an undo: an advance', undone, advance(attempt(2), undone.generation, 2, '9'), 'fenced'],
    ['after an undo: a finish', undone, finish(attempt(2), undone.generation), 'fenced'],
    ['after an undo: a hold from inside the region', undone, hold(attempt(2, 1), 9), 'fenced'],
    ['after an undo: a resume', undone, resume(attempt(2), 9), 'fenced'],
  ])('%s', (_what, row, step, expected) => {
    const decision = decide(row, step);
    expect(decision).toMatchObject(expected === 'fenced' ? { outcome: expected, row } : { outcome: expected });
  });
});

describe('what a step writes', () => {
  test('a begin keeps the base, brings the release and allows nobody', () => {
    expect(written(finishedRow(), begin(attempt(2), release('b')))).toMatchObject({
      base: release('a'),
      next: release('b'),
      keep: [],
      cut: null,
      mode: 'advance',
      previous: null,
      snapshot: { hosts: 3 },
      controlRevision: 0,
    });
  });

  test('an advance writes the cut and nothing else', () => {
    const { generation: _, lastStep: __, ...rest } = rolled;
    expect(written(rolled, advance(attempt(2), at, 2, '9'))).toMatchObject({ ...rest, cut: position('9') });
  });

  test('a finish makes the release the base and the base the previous one, and clears the way there', () => {
    expect(written(rolled, finish(attempt(2), at))).toMatchObject({
      base: release('b'),
      previous: release('a'),
      next: null,
      keep: [],
      cut: null,
      mode: 'advance',
      attempt: attempt(2),
    });
  });

  test('a hold leaves batches and releases as they are', () => {
    expect(held).toMatchObject({
      mode: 'hold',
      controlRevision: 1,
      cut: rolled.cut,
      next: rolled.next,
      base: rolled.base,
    });
  });

  test('a hold or undo of a deployment whose begin was not heard brings no release, and a late begin is fenced', () => {
    for (const step of [hold(attempt(3), 0), undo(attempt(3))]) {
      const row = written(rolled, step);
      expect(row).toMatchObject({ attempt: attempt(3), next: null, cut: null, base: release('a') });
      expect(row.keep).toEqual(step.kind === 'hold' ? [release('b').release.digest] : []);
      expect(decide(row, begin(attempt(3), release('c'))).outcome).toBe('fenced');
    }
  });

  test('an undo keeps the higher local count and revision, and what it was undone from', () => {
    const local = written(rolled, hold(attempt(2, 1), 4));
    expect(written(local, undo(attempt(2), [], 2))).toMatchObject({
      attempt: attempt(2, 1),
      controlRevision: 4,
      mode: 'undo',
      keep: [],
      base: release('a'),
      next: release('b'),
    });
  });
});

describe('a repeat', () => {
  test('of the last step gives its stored answer, although it asks for something else now', () => {
    const repeated = decide(rolled, advance(attempt(2), 4, 1, 'f'), { nowMs: 9_999 });
    expect(repeated).toEqual({ outcome: 'repeat', answer: rolled.lastStep.answer });
    expect(repeated).toMatchObject({ answer: { cut: position('5'), generation: generation(5) } });
  });

  test('of an earlier step is fenced', () => {
    const second = written(rolled, advance(attempt(2), at, 2, '9'));
    expect(decide(second, advance(attempt(2), 4, 1, '5')).outcome).toBe('fenced');
  });

  test('needs the same attempt: batch 1 of the next deployment is no repeat of batch 1', () => {
    expect(decide(rolled, advance(attempt(3), at, 1, '5')).outcome).toBe('fenced');
  });
});

test('the outcomes of deployments before the row do not matter any more', () => {
  const begun = written(rolled, begin(attempt(3), release('c'), [outcome(1, 'undone'), outcome(2, 'held')]));
  expect(begun.keep).toEqual([release('b').release.digest]);
});

describe('a step that is fenced says why', () => {
  const withoutNext = written(null, hold(attempt(1), 0));
  const later = written(rolled, hold(attempt(2, 1), 5));
  test.each<[GoalStep, GoalRow | null, string]>([
    [begin(attempt(1), release('a')), rolled, 'the region has begun this attempt or a later one'],
    [advance(attempt(2), 1, 1, '9'), null, 'the region has not begun'],
    [finish(attempt(2), 1), null, 'the region has not begun'],
    [advance(attempt(3), at, 2, '9'), rolled, 'the region is at another attempt'],
    [advance(attempt(2), held.generation, 2, '9'), held, 'the region is in hold'],
    [finish(attempt(2), at - 1), rolled, 'the goal was written since'],
    [
      finish(attempt(1), withoutNext.generation),
      { ...withoutNext, mode: 'advance' },
      'there is no release to go forward to',
    ],
    [hold(attempt(2), 9), later, 'the region is at a later attempt'],
    [hold(attempt(2, 1), 4), later, 'the region has followed a later message'],
    [resume(attempt(3), 9), held, 'the region has nothing of this deployment to resume'],
    [resume(attempt(2), 9), later, 'the region is at a later attempt'],
    [resume(attempt(2), 1), held, 'the region has followed this message or a later one'],
    [undo(attempt(1)), rolled, 'the region is at a later deployment'],
    [hold(attempt(2), 9), undone, 'the deployment was undone here'],
  ])('%j', (step, row, reason) => {
    expect(decide(row, step)).toEqual({ outcome: 'fenced', row, reason });
  });
});

test('a begin of a later attempt of the same deployment keeps what messages it has followed; another deployment has none', () => {
  const followed = written(rolled, hold(attempt(2), 7));
  expect(written(followed, begin(attempt(2, 1), release('b'))).controlRevision).toBe(7);
  expect(written(followed, begin(attempt(3), release('c'))).controlRevision).toBe(0);
});

test('a hold of a deployment that the region never heard of allows nobody and brings nothing', () => {
  const canaries = [hostId('h1')];
  const withCanaries = { ...finishedRow(), canaries };
  expect(written(withCanaries, hold(attempt(2), 1))).toMatchObject({
    mode: 'hold',
    canaries: [],
    cut: null,
    next: null,
  });
});

test('a finish leaves no canaries behind', () => {
  const row = { ...rolled, canaries: [hostId('h1')], laterCanaries: [hostId('h2')] };
  expect(written(row, finish(attempt(2), at))).toMatchObject({ canaries: [], laterCanaries: [] });
});

describe('the canaries of a row', () => {
  const [one, two] = ['h1', 'h2'].map(hostId) as [HostId, HostId];
  const begun = { ...rolled, cut: null, canaries: [one, two] };
  const first = written(begun, { ...advance(attempt(2), at, 2, '0'), canaries: [two] });

  test('are after the first batch those that it has brought', () => {
    expect(first).toMatchObject({ canaries: [two], laterCanaries: [one] });
  });

  test('are never fewer after another', () => {
    const second = written(first, { ...advance(attempt(2), first.generation, 3, '3'), canaries: [one] });
    expect(second).toMatchObject({ canaries: [two, one], laterCanaries: [] });
    expect(written(first, { ...advance(attempt(2), first.generation, 3, '3'), canaries: [] }).canaries).toEqual([two]);
  });

  test('stay as they are where a batch is allowed again', () => {
    const again = written(first, advance(attempt(2), first.generation, 3, '0'));
    expect(again).toMatchObject({ canaries: [two], laterCanaries: [one] });
    // Begun before batches named them: all of them were allowed at once.
    expect(written({ ...rolled, canaries: [one, two] }, advance(attempt(2), at, 2, '9')).canaries).toEqual([one, two]);
  });
});
