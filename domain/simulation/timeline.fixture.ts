import { regionName, serviceName } from '../names.ts';
import { simulateDeployment } from './simulate-deployment.ts';
import type { SimulatedFaults, SimulatedPlan, Simulation } from './simulated-plan.ts';

export const [eu, us, ap] = [regionName('eu-west'), regionName('us-east'), regionName('ap-south')];
/** Twenty hosts in two stages. */
export const plan: SimulatedPlan = {
  service: serviceName('checkout'),
  stages: [
    { name: 'canary', regions: [{ region: eu, hosts: 6 }], batches: [{ hosts: 1 }, { percent: 100 }], bakeMs: 60_000 },
    {
      name: 'world',
      regions: [
        { region: us, hosts: 10 },
        { region: ap, hosts: 4 },
      ],
      batches: [{ hosts: 1 }, { percent: 100 }],
      bakeMs: 30_000,
    },
  ],
  budget: { failedPercent: 20, cap: 50 },
  batchTimeoutMs: 120_000,
  absentAfterMs: 30_000,
  undoDeadlineMs: 40_000,
  rollback: { automatic: true },
  host: { fetchMs: 3_000, startMs: 6_000, failMs: 10_000 },
};
/** How it begins where the canary's region is well: its stage is over. */
export const canaryReady: readonly string[] = [
  '0 *: stage canary: eu-west',
  '0 eu-west: batch 1 of 2: 1 host, 1 of 6 in all',
  '11927 eu-west: batch 1 is good: 1 healthy',
  '11927 eu-west: batch 2 of 2: 5 hosts, 6 of 6 in all',
  '23064 eu-west: batch 2 is good: 6 healthy',
  '23064 eu-west: bakes for 1 min',
  '83064 eu-west: ready',
];
/** Nothing goes wrong. */
export const healthy: SimulatedFaults = {
  seed: 1,
  failPercent: 0,
  losePercent: 0,
  slow: new Map(),
  cutOff: new Map(),
  badWorld: new Map(),
};

export type Told = Omit<Simulation, 'entries'> & { readonly lines: readonly string[] };

/** All that a person reads of it; a line is when, where and what. */
export function toldOf(faults: Partial<SimulatedFaults>, over: Partial<SimulatedPlan>): Told {
  const { entries, ...end } = simulateDeployment({ ...plan, ...over }, { ...healthy, ...faults });
  return { ...end, lines: entries.map(({ atMs, region, text }) => `${atMs} ${region ?? '*'}: ${text}`) };
}
