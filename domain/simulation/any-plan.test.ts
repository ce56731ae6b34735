import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RegionName } from '../names.ts';
import type { Share } from '../spec/service-spec.ts';
import { simulateDeployment } from './simulate-deployment.ts';
import type { SimulatedFaults, SimulatedPlan, SimulatedStage, TimelineEntry } from './simulated-plan.ts';
import { ap, eu, healthy, plan, us } from './timeline.fixture.ts';

const share = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map((hosts): Share => ({ hosts })),
  fc.integer({ min: 1, max: 99 }).map((percent): Share => ({ percent })),
);
const stageOf = (name: string, regions: readonly RegionName[]): fc.Arbitrary<SimulatedStage> =>
  fc.record({
    name: fc.constant(name),
    regions: fc.tuple(
      ...regions.map((region) => fc.record({ region: fc.constant(region), hosts: fc.integer({ min: 1, max: 9 }) })),
    ),
    batches: fc.array(share, { maxLength: 3 }).map((shares) => [...shares, { percent: 100 }]),
    bakeMs: fc.constantFrom(0, 20_000),
  });
const anyPlan = fc
  .record({
    stages: fc.tuple(stageOf('canary', [eu]), stageOf('world', [us, ap])),
    budget: fc.record({ failedPercent: fc.constantFrom(0, 10, 40), cap: fc.constant(50) }),
  })
  .map((drawn): SimulatedPlan => ({ ...plan, ...drawn }));
const inSome = (ms: readonly number[]) =>
  fc.array(fc.tuple(fc.constantFrom(eu, us, ap), fc.constantFrom(...ms)), { maxLength: 2 }).map((all) => new Map(all));
const anyFaults: fc.Arbitrary<SimulatedFaults> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  failPercent: fc.constantFrom(0, 15, 50),
  losePercent: fc.constantFrom(0, 15),
  slow: inSome([0.5, 4]),
  cutOff: inSome([10_000, 60_000]),
  badWorld: inSome([0, 15_000, 50_000]),
});

const begins = /^batch (\d+) of \d+: (\d+) hosts?, (\d+) of (\d+) in all$/;
const of = (entries: readonly TimelineEntry[], region: RegionName) =>
  entries.filter((entry) => entry.region === region);
const runs = { numRuns: 60 };

describe('whatever is planned', () => {
  test('a good release in a good world is never stopped, held or kept waiting, and gets everywhere', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(), fc.boolean(), (drawn, seed, automatic) => {
        const { entries, ...end } = simulateDeployment({ ...drawn, rollback: { automatic } }, { ...healthy, seed });
        const hosts = drawn.stages.flatMap(({ regions }) => regions.map((at) => at.hosts)).reduce((a, b) => a + b);
        expect(end).toMatchObject({ outcome: 'succeeded', switched: hosts, failed: 0, lost: 0, pending: [] });
        expect(entries.filter(({ text }) => /stops|held|paused|waits/.test(text))).toEqual([]);
      }),
      runs,
    );
  });

  test('no region has more hosts told than its batches allow, and those that are told are counted', () => {
    fc.assert(
      fc.property(anyPlan, anyFaults, (drawn, faults) => {
        const { entries, switched } = simulateDeployment(drawn, { ...faults, losePercent: 0 });
        let told = 0;
        for (const { regions, batches } of drawn.stages)
          for (const { region, hosts } of regions) {
            const begun = of(entries, region).flatMap(({ text }) =>
              [begins.exec(text)?.slice(1).map(Number) ?? []].filter((all) => all.length > 0),
            );
            for (const [batch = 0, , cumulative] of begun)
              expect(cumulative).toBeLessThanOrEqual(mostOf(batches.slice(0, batch), hosts));
            expect(begun.map(([, brought = 0]) => brought).reduce((a, b) => a + b, 0)).toBe(begun.at(-1)?.[2] ?? 0);
            told += begun.at(-1)?.[2] ?? 0;
          }
        expect(switched).toBe(told);
      }),
      runs,
    );
  });

  test('while a region is held no batch and no stage begins anywhere', () => {
    const inStage = fc.tuple(fc.integer({ min: 3, max: 9 }), fc.integer({ min: 2, max: 9 }), fc.constantFrom(1, 3, 9));
    fc.assert(
      fc.property(anyPlan, anyFaults, inStage, (drawn, faults, [hosts, others, slower]) => {
        const regions = [
          { region: us, hosts },
          { region: ap, hosts: others },
        ];
        const [canary, world] = drawn.stages;
        const stages = [canary!, { ...world!, regions, batches: [{ hosts: 1 }, ...world!.batches] }];
        const bad = { badWorld: new Map([[us, 0], ...faults.badWorld]), slow: new Map([[ap, slower]]) };
        const { entries } = simulateDeployment({ ...drawn, stages }, { ...faults, ...bad });
        const heldMs = entries.find(({ text }) => text.startsWith('is held'))?.atMs ?? Infinity;
        const later = entries.filter(({ atMs }) => atMs > heldMs);
        expect(later.filter(({ text }) => begins.test(text) || text.startsWith('stage '))).toEqual([]);
      }),
      runs,
    );
  });

  test('while a region is cut off nothing begins there', () => {
    fc.assert(
      fc.property(anyPlan, anyFaults, (drawn, faults) => {
        const { entries } = simulateDeployment(drawn, faults);
        for (const [region, forMs] of faults.cutOff) {
          const fromMs = of(entries, region).find(({ text }) => text.startsWith('cut off'))?.atMs ?? Infinity;
          const begun = of(entries, region).filter(
            ({ atMs, text }) => atMs > fromMs && atMs < fromMs + forMs && /^batch \d+ of|^bakes|^ready|held/.test(text),
          );
          expect(begun).toEqual([]);
        }
      }),
      runs,
    );
  });

  test('a bad world is never taken for a bad release, as long as there are hosts to tell it by', () => {
    const one: Share = { hosts: 1 };
    fc.assert(
      fc.property(anyPlan, anyFaults, fc.integer({ min: 3, max: 20 }), (drawn, faults, hosts) => {
        const canary = {
          ...drawn.stages[0]!,
          regions: [{ region: eu, hosts }],
          batches: [one, ...drawn.stages[0]!.batches],
        };
        const stages = [canary, ...drawn.stages.slice(1)];
        const simulation = simulateDeployment({ ...drawn, stages }, { ...faults, badWorld: new Map([[eu, 0]]) });
        expect(simulation).toMatchObject({ outcome: 'held', switched: 1 });
        expect(simulation.reason).toMatch(
          /; bad world: of \d+ without the release \d+ (is|are) unhealthy too, \d+ allowed$/,
        );
      }),
      runs,
    );
  });
});

/** Of so many hosts, by the largest of the batches. */
const mostOf = (batches: readonly Share[], hosts: number): number =>
  Math.max(
    ...batches.map((each) => ('hosts' in each ? Math.min(each.hosts, hosts) : Math.ceil((hosts * each.percent) / 100))),
  );
