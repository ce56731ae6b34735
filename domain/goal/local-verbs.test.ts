import { describe, expect, test } from '@jest/globals';
import { decideLocalHold, decideLocalRollback } from './local-verbs.ts';
import {
  attempt,
  begin,
  finish,
  finishedRow,
  hold,
  noFloors,
  release,
  rolling,
  undo,
  where,
  written,
} from './testing/given.ts';

const rollBack = (row: Parameters<typeof decideLocalRollback>[0]) => decideLocalRollback(row, noFloors, where);
const finished = () => written(rolling('f'), finish(attempt(2), 5));

describe('a rollback from inside the region', () => {
  test('undoes the deployment that is open there, and raises the local count', () => {
    expect(rollBack(rolling())).toMatchObject({
      outcome: 'written',
      row: { mode: 'undo', attempt: attempt(2, 1), base: release('a') },
    });
  });

  test('undoes a deployment whose begin was not heard', () => {
    const held = written(finished(), hold(attempt(3), 0));
    expect(rollBack(held)).toMatchObject({
      outcome: 'written',
      row: { mode: 'undo', attempt: attempt(3, 1), base: release('b') },
    });
  });

  test('goes back to the previous release when none is open, and no further', () => {
    const back = rollBack(finished());
    if (back.outcome !== 'written') throw new Error(`the rollback was ${back.outcome}`);
    expect(back.row).toMatchObject({
      base: release('a'),
      previous: null,
      attempt: attempt(2, 1),
      mode: 'undo',
      keep: [],
    });
    expect(back.row.lastStep).toMatchObject({ id: 'undo', attempt: attempt(2, 1) });
    expect(rollBack(back.row)).toEqual({ outcome: 'repeat', answer: back.answer });
    // The release that was left is not what the next deployment keeps or takes for its base.
    expect(written(back.row, begin(attempt(3), release('c')))).toMatchObject({ base: release('a'), keep: [] });
  });

  test('goes back to the previous release also when a late hold met the finish', () => {
    expect(rollBack(written(finished(), hold(attempt(2), 9)))).toMatchObject({
      row: { base: release('a'), mode: 'undo' },
    });
  });

  test('is refused where nothing ran before', () => {
    expect(rollBack(finishedRow())).toEqual({
      outcome: 'refused',
      reason: 'no earlier release is known in this region',
    });
  });

  test('after an undo is its repeat', () => {
    expect(rollBack(written(rolling(), undo(attempt(2)))).outcome).toBe('repeat');
  });
});

test('a hold from inside the region raises the local count and keeps the revision', () => {
  const held = decideLocalHold(written(rolling(), hold(attempt(2), 3)), noFloors, where);
  expect(held).toMatchObject({ outcome: 'written', row: { mode: 'hold', attempt: attempt(2, 1), controlRevision: 3 } });
  expect(held).toMatchObject({ row: { lastStep: { id: 'hold:3', attempt: attempt(2, 1) } } });
});
