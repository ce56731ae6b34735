import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { regionName, serviceName } from '../names.ts';
import { simulateDeployment } from './simulate-deployment.ts';
import type { SimulatedFaults, SimulatedPlan } from './simulated-plan.ts';

const [eu, us, ap] = [regionName('eu-west'), regionName('us-east'), regionName('ap-south')];
const plan: SimulatedPlan = {
  service: serviceName('checkout'),
  stages: [
    { name: 'canary', regions: [{ region: eu, hosts: 40 }], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 60_000 },
    {
      name: 'world',
      regions: [
        { region: us, hosts: 400 },
        { region: ap, hosts: 200 },
      ],
      batches: [{ hosts: 1 }, { percent: 5 }, { percent: 25 }, { percent: 100 }],
      bakeMs: 120_000,
    },
  ],
  budget: { failedPercent: 5, cap: 50 },
  batchTimeoutMs: 600_000,
  absentAfterMs: 180_000,
  undoDeadlineMs: 120_000,
  rollback: { automatic: true },
  host: { fetchMs: 3_000, startMs: 6_000, failMs: 10_000 },
};
const healthy: SimulatedFaults = {
  seed: 1,
  failPercent: 0,
  losePercent: 0,
  slow: new Map(),
  cutOff: new Map(),
  badWorld: new Map(),
};
const run = (faults: Partial<SimulatedFaults>, over: Partial<SimulatedPlan> = {}) =>
  simulateDeployment({ ...plan, ...over }, { ...healthy, ...faults });
const told = (simulation: ReturnType<typeof run>, text: RegExp) =>
  simulation.entries.find((entry) => text.test(entry.text));

describe('a simulation', () => {
  test('of a good release brings it to every host, in the time of its batches and bakes', () => {
    const simulation = run({});
    expect(simulation).toMatchObject({ outcome: 'succeeded', switched: 640, failed: 0, lost: 0, pending: [] });
    // Two bakes, and six batches of some nine seconds each.
    expect(simulation.tookMs).toBeGreaterThan(180_000 + 6 * 6_000);
    expect(simulation.tookMs).toBeLessThan(180_000 + 6 * 13_000);
    expect(told(simulation, /batch 2 of 4: \d+ hosts, 20 of 400 in all/)).toBeDefined();
  });

  test.each([
    ['as long as the bake says, and no longer', {}, 77_000],
    ['at least as long as a silent host is listened for', { losePercent: 3, seed: 4 }, plan.absentAfterMs],
  ])('watches for %s', (_what, faults, bakedMs) => {
    const baked = run(faults, { stages: [{ ...plan.stages[0]!, bakeMs: 77_000 }] });
    expect(baked).toMatchObject({ outcome: 'succeeded', tookMs: told(baked, /^bakes for /)!.atMs + bakedMs });
  });

  test('of a release that fails everywhere touches one host, and brings it back', () => {
    const simulation = run({ failPercent: 100 });
    expect(simulation).toMatchObject({ outcome: 'undone', switched: 1, failed: 1 });
    expect(simulation.reason).toMatch(/^eu-west: of 1 host 1 failed, 0 allowed/);
  });

  test('of one that fails on more hosts than the budget allows stops before the last batch', () => {
    const simulation = run({ failPercent: 12, seed: 5 });
    expect(simulation.outcome).toBe('undone');
    expect(simulation.switched).toBeLessThan(640);
  });

  test('within the budget goes on', () => {
    expect(run({ failPercent: 1, seed: 3 })).toMatchObject({ outcome: 'succeeded', switched: 640 });
  });

  test('of a slow region takes that much longer', () => {
    const slow = run({ slow: new Map([[ap, 10]]) });
    expect(slow.outcome).toBe('succeeded');
    expect(slow.tookMs).toBeGreaterThan(run({}).tookMs + 4 * 60_000);
  });

  test('of hosts that fall silent counts them as lost after their time', () => {
    const simulation = run({ losePercent: 100 });
    expect(simulation).toMatchObject({ outcome: 'undone', lost: 1 });
    expect(simulation.tookMs).toBeGreaterThanOrEqual(plan.absentAfterMs);
  });

  test('of a region that is cut off begins nothing new there until it is back', () => {
    const simulation = run({ cutOff: new Map([[ap, 600_000]]) });
    expect(simulation.outcome).toBe('succeeded');
    expect(told(simulation, /cut off from the centre for 10 min/)?.region).toBe(ap);
    expect(simulation.tookMs).toBeGreaterThan(600_000);
  });

  test('of a bad release while a region is cut off leaves its undo owed', () => {
    const bad = { stages: [{ ...plan.stages[1]!, batches: [{ percent: 50 }, { percent: 100 }] }] };
    const onlyUs = { seed: 2, failPercent: 100, cutOff: new Map([[ap, 3_600_000]]) };
    const simulation = run(onlyUs, bad);
    expect(simulation).toMatchObject({ outcome: 'undone', pending: [ap] });
  });

  test('where nothing is undone by itself ends held', () => {
    expect(run({ failPercent: 100 }, { rollback: { automatic: false } })).toMatchObject({ outcome: 'held', failed: 1 });
  });

  test('is the same for the same seed, and another for another', () => {
    expect(run({ failPercent: 3 })).toEqual(run({ failPercent: 3 }));
    expect(run({ failPercent: 3, seed: 1 }).entries).not.toEqual(run({ failPercent: 3, seed: 2 }).entries);
  });

  test('promise 8: whatever fails, no more than the budget and the batch in flight', () => {
    const faults = fc.record({
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      failPercent: fc.constantFrom(0, 2, 5, 20, 60),
      losePercent: fc.constantFrom(0, 2, 10),
    });
    fc.assert(
      fc.property(faults, (drawn) => {
        const { outcome, failed, lost, switched, entries } = run(drawn);
        const batches = entries.flatMap(
          ({ text }) => /^batch \d+ of \d+: (\d+) hosts?/.exec(text)?.slice(1).map(Number) ?? [],
        );
        const inFlight = Math.max(...batches);
        const allowed = Math.min(plan.budget.cap, Math.floor((switched * plan.budget.failedPercent) / 100));
        // Of each region of a stage one batch may be in flight.
        return outcome !== 'succeeded' ? failed + lost <= allowed + 2 * inFlight : failed + lost <= 3 * plan.budget.cap;
      }),
      { numRuns: 30 },
    );
  });
});
