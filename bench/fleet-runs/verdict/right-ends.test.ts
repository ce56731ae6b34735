import { describe, expect, test } from '@jest/globals';
import { hostNames } from '../scenario/draw-run.ts';
import type { FleetRun, RunHost, Way } from '../scenario/scenario.ts';
import { rightEnds } from './right-ends.ts';

const steady: Way = { kind: 'steady' };
const lie = (of: Extract<Way, { kind: 'liar' }>['lie']): Way => ({ kind: 'liar', lie: of });
const gone: Way = { kind: 'away', from: { on: 'told', afterMs: 0 }, until: 'never', memory: 'kept' };
const leavesWhenHealthy: Way = { ...gone, from: { on: 'healthy', afterMs: 0 } };
const shortlyAway: Way = { ...gone, until: { on: 'left', afterMs: 1_000 } };
const longAway: Way = { ...gone, until: { on: 'left', afterMs: 32_000 } };
const awayBefore: Way = { ...gone, from: 'start', until: { on: 'batch', batch: 2, afterMs: 0 }, memory: 'old-release' };
const slow = (switchMs: number): Way => ({ kind: 'slow', hearsMs: 0, switchMs });

interface Given {
  readonly release?: FleetRun['release'];
  /** By place in the order; all others are steady. */
  readonly ways?: Readonly<Record<number, Way>>;
  readonly bad?: readonly number[];
  readonly batches?: FleetRun['batches'];
  readonly act?: 'none' | 'made';
}

function endsOf({ release = 'good', ways = {}, bad = [], batches = [1, '10%', '100%'], act = 'none' }: Given) {
  const hosts = hostNames(100).map((host, at): RunHost => ({
    host,
    badHere: release === 'bad-everywhere' || bad.includes(at),
    way: ways[at] ?? steady,
  }));
  const run = { seed: 1, number: 1, service: 'run-1', release, batches, budgetPercent: 5, bakeMs: 0, act: null, hosts };
  return rightEnds(run, act);
}

const inLast = (way: Way, places: number): Record<number, Way> =>
  Object.fromEntries(Array.from({ length: places }, (_, index) => [90 + index, way]));

describe('what is right', () => {
  const [good, undone, either] = [['succeeded'], ['undone'], ['succeeded', 'undone']];
  test.each<[string, Given, readonly string[], number | null]>([
    ['a good release succeeds', {}, good, null],
    ['a release that is bad everywhere stops at its canary', { release: 'bad-everywhere' }, undone, 1],
    ['an abort undoes a good release', { act: 'made' }, undone, null],
    ['as many as may fail do', { release: 'bad-on-some', bad: [80, 81, 82, 83, 84] }, good, null],
    ['one more than may fail does', { release: 'bad-on-some', bad: [80, 81, 82, 83, 84, 85] }, undone, 3],
    ['of the ten hosts of a second batch none may fail', { release: 'bad-on-some', bad: [5] }, undone, 2],
    [
      'a canary that lies about a bad release lets it through to the next batch',
      { release: 'bad-everywhere', ways: { 0: lie('healthy-though-bad') } },
      undone,
      2,
    ],
    [
      'a canary that only says that it is unhealthy stops a good release',
      { ways: { 0: lie('unhealthy-though-fine') } },
      undone,
      1,
    ],
    ['one that says so in the last batch stops nothing', { ways: { 95: lie('unhealthy-though-fine') } }, good, null],
    [
      'one that says that the release failed, unseen, stops nothing before its turn',
      { ways: { 95: lie('refused-unseen') } },
      good,
      null,
    ],
    [
      'an idle host that says all is done stops nothing, even as the canary',
      { ways: { 0: lie('done-though-idle') } },
      good,
      null,
    ],
    ['a canary that vanishes when it is told is lost', { ways: { 0: gone } }, undone, 1],
    ['one that vanishes when it is healthy may be lost', { ways: { 0: leavesWhenHealthy } }, either, null],
    ['one that is back before it counts as silent is not lost', { ways: { 0: shortlyAway } }, good, null],
    ['one that stays longer may be', { ways: { 0: longAway } }, either, null],
    ['who was away long since is missed by nobody', { ways: { 0: awayBefore } }, good, null],
    ['four that vanish in the last batch are within the budget', { ways: inLast(gone, 4) }, good, null],
    ['six are not', { ways: inLast(gone, 6) }, undone, 3],
    ['a canary that takes five seconds is waited for', { ways: { 0: slow(5_000) } }, good, null],
    ['one that takes longer than a batch may is lost', { ways: { 0: slow(50_000) } }, undone, 1],
  ])('%s', (_, given, outcomes, stopsBy) => {
    expect(endsOf(given)).toMatchObject({ outcomes, stopsBy });
  });

  test('a region may owe its undo only where what a host says holds that up', () => {
    const bad = { release: 'bad-everywhere' } as const;
    expect(endsOf(bad).mayOwe).toBe(false);
    expect(endsOf({ ...bad, ways: { 50: lie('old-attempt') } }).mayOwe).toBe(true);
    expect(endsOf({ ways: { 99: lie('old-attempt') } }).mayOwe).toBe(false);
  });

  test('a person is asked only where those without the release may look bad too', () => {
    const bad = { release: 'bad-everywhere' } as const;
    expect(endsOf(bad).mayHold).toBe(false);
    expect(endsOf({ ...bad, ways: inLast(lie('unhealthy-though-fine'), 6) }).mayHold).toBe(true);
    expect(endsOf({ ...bad, ways: inLast(lie('unhealthy-though-fine'), 4) }).mayHold).toBe(false);
  });
});
