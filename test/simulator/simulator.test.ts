/** What simulated worlds are held to, and that it would be seen if one of the decisions were wrong. */
import { describe, expect, test } from '@jest/globals';
import { shortSearches } from './exhaustive/bounds.ts';
import type { Bounds } from './exhaustive/bounds.ts';
import { search } from './exhaustive/search.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';
import { linesOf } from './random/course.ts';
import { runSeed } from './random/run-seed.ts';
import { runSeeds } from './random/run-seeds.ts';
import { simulate } from './run-simulate.fixture.ts';

test('a mistake in the command is told apart from a broken promise', async () => {
  expect(await simulate('--seeds', 'many')).toMatchObject({ code: 2 });
});

test('a promise that is broken is said with its seed, what happened, and how it is seen again', async () => {
  const { code, said } = await simulate('--seeds', '300', '--plant', 'unknownIsHealthy');
  expect(code).toBe(1);
  const [, seed, sentence] = /^seed (\d+): PROMISE 15: (.+)$/m.exec(said)!;
  expect(said).toMatch(/^300 seeds, \d+ events in [\d.]+ s: [1-9]\d* promises broken$/m);
  const again = said.split('\n').find((line) => line.includes(`--from ${seed} `));
  expect(again).toBe(`  again: npm run simulate -- --seeds 1 --from ${seed} --trace --plant unknownIsHealthy`);
  const once = await simulate(...again!.split(' -- ')[1]!.split(' '));
  expect(once).toMatchObject({ code: 1, said: expect.stringContaining(`seed ${seed}: PROMISE 15: ${sentence}`) });
  // With its whole course, of which the first said only the last 40 events.
  expect(once.said.split('\n').length).toBeGreaterThan(60);
});

describe('seeded worlds', () => {
  test('keep all promises', () => {
    expect(runSeeds({ seeds: 300, from: 1 }).broken).toEqual([]);
  });

  test('are the same each time', () => {
    const [first, again] = [runSeed(7), runSeed(7)].map(({ course }) => linesOf(course));
    expect(first).toEqual(again);
    expect(first!.length).toBeGreaterThan(200);
  });

  test('skip regions, and go on without them', () => {
    const isSkipped = (seed: number): boolean =>
      [...runSeed(seed).course.world.centre.outcomes.values()].flat().some(({ outcome }) => outcome === 'skipped');
    expect(Array.from({ length: 400 }, (_, at) => at + 1).some(isSkipped)).toBe(true);
  });

  // With the first seed that finds it.
  test.each<[string, Planted, string, number]>([
    ['no fencing', 'noFencing', 'goal-protocol: undo', 2],
    ['a budget that is off by one', 'budgetOffByOne', '8', 35],
    ['an undo that is registered after its step', 'undoRegisteredLate', 'goal-protocol: end', 29],
    ['merges told apart by their commit alone', 'dedupeByCommit', '7', 2],
    ['unknown counted as healthy', 'unknownIsHealthy', '15', 37],
    ['a skipped region that recovery forgets', 'skippedForgotten', 'goal-protocol: skip', 191],
    ['lost hosts that never stop a batch', 'lostNeverStops', '8', 270],
    ['batches that are all of 100 %', 'noCanary', 'batch', 5],
    ['an undo where a person has to be asked', 'holdIsStop', 'judge: stop', 169],
    ['a person asked where it has to be undone', 'stopIsHold', 'judge: hold', 2],
    ['no lock after an undo', 'noLockAfter', 'lock', 3],
    ['a rollback that goes one release too far', 'rollbackTooFar', 'rollback', 9],
    ['no follow-up after a rollback', 'noFollowUp', 'rollback', 9],
  ])('%s breaks a promise', (_bug, name, promise, seed) => {
    expect(runSeed(seed, planted[name]).broken?.promise).toBe(promise);
  });
});

describe('all courses of a small world', () => {
  test('keep all promises', async () => {
    const { code, said } = await simulate('--exhaustive', '--short');
    expect(said).toMatch(/^\d{5,} states in [\d.]+ s: 0 searches found a broken promise$/m);
    expect(said).not.toContain('NOT COMPLETE');
    expect(code).toBe(0);
  });

  const one = shortSearches[0]!;
  test.each<[string, Planted, Bounds, string]>([
    ['no fencing', 'noFencing', { ...one, acts: 1 }, 'goal-protocol: undo'],
    ['an undo that is registered after its step', 'undoRegisteredLate', { ...one, acts: 1 }, 'goal-protocol: end'],
    ['unknown counted as healthy', 'unknownIsHealthy', one, '15'],
  ])('%s has a shortest course that breaks a promise', (_bug, name, bounds, promise) => {
    const { broken } = search({ bounds, decisions: planted[name], mostStates: 100_000 });
    expect(broken?.promise).toBe(promise);
    expect(broken?.trace.length).toBeLessThan(10);
  });
});
