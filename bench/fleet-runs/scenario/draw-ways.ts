import type { Memory, Moment, PersonAct, Way } from './scenario.ts';

export interface Dice {
  /** A whole number from 0 to below the limit. */
  readonly below: (limit: number) => number;
  readonly between: (least: number, most: number) => number;
  readonly one: <Item>(of: readonly Item[]) => Item;
}

/** Gone in the course of the deployment, for good or until it has ended. */
export const drawGone = (batches: number, dice: Dice): Way => ({
  kind: 'away',
  from: drawLeaving(batches, dice),
  until: dice.one(['end', 'never']),
  memory: 'kept',
});

/** Away long since, or from before the deployment, or in the middle of it; and back in its course. */
export function drawAway(batches: number, dice: Dice): Way {
  const memory: Memory = dice.one(['kept', 'kept', 'lost']);
  switch (dice.below(3)) {
    case 0:
      return { kind: 'away', from: 'start', until: drawMoment(batches, dice), memory: 'old-release' };
    case 1:
      return { kind: 'away', from: { on: 'begun', afterMs: 0 }, until: drawMoment(batches, dice), memory };
    default:
      return {
        kind: 'away',
        from: drawLeaving(batches, dice),
        until: { on: 'left', afterMs: dice.between(500, 40_000) },
        memory,
      };
  }
}

const drawLeaving = (batches: number, dice: Dice): Moment =>
  dice.below(2) === 0
    ? drawMoment(batches, dice)
    : { on: dice.one(['told', 'healthy']), afterMs: dice.between(0, 600) };

const drawMoment = (batches: number, dice: Dice): Moment =>
  dice.below(batches + 1) === 0
    ? { on: 'begun', afterMs: dice.between(0, 3_000) }
    : { on: 'batch', batch: dice.between(1, batches), afterMs: dice.between(0, 2_000) };

export const drawAct = (batches: number, dice: Dice): PersonAct => ({
  verb: dice.one(['abort', 'region-rollback']),
  batch: dice.between(1, batches),
  afterMs: dice.between(0, 500),
});
