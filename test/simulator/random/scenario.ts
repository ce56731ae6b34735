/** What a seed draws before anything happens: the world's size, the service's policy, how good releases are. */
import type { RegionName, ReleaseNumber } from '../../../domain/names.ts';
import type { ServiceSpec, Share } from '../../../domain/spec/service-spec.ts';
import type { Random } from '../engine/random.ts';
import { regionAt, service } from '../world/names.ts';

export interface Scenario {
  readonly regions: readonly RegionName[];
  readonly hosts: readonly number[];
  /** Instances of other services in each region. */
  readonly otherServices: number;
  readonly spec: ServiceSpec;
  /** Merges that have come to their end before anything goes wrong. */
  readonly deployedBefore: number;
  readonly qualities: readonly ('good' | 'bad' | 'flaky')[];
  /** How often anything goes wrong, from 0 to 1, and what: some seeds know few faults, and so many of each. */
  readonly trouble: number;
  readonly faults: readonly Fault[];
  /** How probably, at each moment, somebody terminates what is past its point of no return. */
  readonly endsLate: number;
  /** How often people act, and what they do. */
  readonly people: number;
  readonly verbs: readonly Verb[];
  readonly steps: number;
}

export const allFaults = [
  'dark',
  'light',
  'down',
  'pin',
  'unpin',
  'fails',
  'ill',
  'joins',
  'old goal',
  'backup',
  'restore',
  'compare',
  'terminate',
  'terminate lane',
  'local hold',
  'local rollback',
] as const;
export type Fault = (typeof allFaults)[number];

export const allVerbs = [
  'merge',
  'deploy',
  'rollback',
  'lock',
  'unlock',
  'withdraw',
  'abort',
  'abort hold',
  'reject',
  'pause',
  'resume',
  'approve',
  'cancel',
  'endUndo',
  'skipRegion',
] as const;
export type Verb = (typeof allVerbs)[number];

const batchPlans: readonly (readonly Share[])[] = [
  [{ percent: 100 }],
  [{ hosts: 1 }, { percent: 100 }],
  [{ hosts: 1 }, { percent: 50 }, { percent: 100 }],
  [{ hosts: 1 }, { hosts: 2 }, { percent: 60 }, { percent: 100 }],
];

export function drawScenario(random: Random): Scenario {
  const drawn = drawAny(random);
  const at = random.unit();
  if (at < 0.1) return aboutSkipping(random, drawn);
  return at < 0.2 ? aboutGoingBack(random, drawn) : drawn;
}

/** Good releases, a region that is cut off and skipped, and somebody who ends in Temporal what is about to finish. */
function aboutSkipping(random: Random, drawn: Scenario): Scenario {
  const regions = [0, 1, 2].map(regionAt);
  return {
    ...drawn,
    regions,
    hosts: regions.map(() => 1 + random.below(2)),
    spec: quick(drawSpec(random, regions), regions),
    qualities: ['good'],
    trouble: 0.1,
    faults: ['local hold'],
    endsLate: 0.3,
    people: 2,
    verbs: ['merge', 'merge', 'skipRegion', 'approve', 'resume'],
    steps: 900,
  };
}

/** A service with some history, whose people roll it back while something goes on. */
function aboutGoingBack(random: Random, drawn: Scenario): Scenario {
  const regions = drawn.regions.slice(0, 2);
  return {
    ...drawn,
    regions,
    hosts: regions.map(() => 1 + random.below(2)),
    spec: quick(drawSpec(random, regions), regions),
    deployedBefore: 2 + random.below(3),
    qualities: ['good', 'good', 'good', 'good', random.pick(['good', 'bad'])],
    trouble: random.pick([0, 0.3]),
    faults: ['terminate', 'terminate lane', 'fails', 'down', 'dark', 'light', 'light'],
    people: 1,
    verbs: ['merge', 'merge', 'deploy', 'rollback', 'rollback', 'rollback', 'abort', 'abort hold', 'unlock', 'unlock'],
    steps: 300 + random.below(300),
  };
}

/** So few steps that a deployment comes to its end before all heals. */
const quick = (spec: ServiceSpec, regions: readonly RegionName[]): ServiceSpec => {
  const [batches = []] = batchPlans;
  const rollout = { ...spec.rollout, stages: [{ name: 'all', regions, batches, bakeMs: 0 }] };
  return { ...spec, approve: null, rollout };
};

function drawAny(random: Random): Scenario {
  const count = 1 + random.below(3);
  const regions = Array.from({ length: count }, (_, index) => regionAt(index));
  const trouble = random.pick([0, 0.3, 1, 1]);
  const some = <T>(all: readonly T[]): readonly T[] => all.filter(() => random.chance(0.5));
  return {
    regions,
    hosts: regions.map(() => 1 + random.below(5)),
    otherServices: random.pick([0, 0, 3]),
    spec: drawSpec(random, regions),
    // Mostly something runs already when things begin to go wrong.
    deployedBefore: random.chance(0.8) ? 1 : 0,
    // The first is what runs before anything goes wrong.
    qualities: ['good', ...Array.from({ length: 9 }, () => random.pick(['good', 'good', 'bad', 'flaky'] as const))],
    trouble,
    // What was broken off is mended too, and what was copied restored.
    faults: [...some(allFaults), 'light', 'compare'],
    endsLate: trouble > 0 ? random.pick([0, 0, 0, 0.05]) : 0,
    people: random.pick([0, 0.5, 1, 2]),
    verbs: ['merge', ...some(allVerbs)],
    steps: 200 + random.below(400),
  };
}

function drawSpec(random: Random, regions: readonly RegionName[]): ServiceSpec {
  const oneStage = random.chance(0.5);
  const groups = oneStage ? [regions] : regions.map((region) => [region]);
  const batches = random.pick(batchPlans);
  const bakeMs = random.pick([0, 20_000]);
  return {
    service,
    build: { run: null, output: '.', timeoutMs: 1 },
    checks: null,
    run: { command: ['run'], env: {}, restart: 'stop-first' },
    on: {},
    health: { http: '/', startPeriodMs: 1, intervalMs: 1, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 },
    approve: random.chance(0.2) ? { quorum: 1, roles: ['release-owner'], expiresMs: 1_000_000 } : null,
    rollout: {
      stages: groups.map((group, index) => ({ name: `s${index}`, regions: group, batches, bakeMs })),
      budget: random.pick([
        { failedPercent: 5, cap: 50 },
        { failedPercent: 30, cap: 50 },
        { failedPercent: 50, cap: 1 },
      ]),
      batchTimeoutMs: 120_000,
      absentAfterMs: 30_000,
      undoDeadlineMs: 90_000,
      verify: null,
    },
    rollback: { automatic: random.chance(0.8), lockAfter: random.chance(0.5) },
  };
}

export const qualityOf =
  ({ qualities }: Pick<Scenario, 'qualities'>) =>
  (release: ReleaseNumber): 'good' | 'bad' | 'flaky' =>
    qualities[(release - 1) % qualities.length] ?? 'good';
