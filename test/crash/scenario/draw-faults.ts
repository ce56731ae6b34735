import fc from 'fast-check';
import type { Place } from '../stack/running-stack.ts';
import type { Disk, Fault, FaultKind, Harm, Terminated, Victim } from './fault.ts';
import type { Moment } from './moment.ts';
import { after, momentOf, type Sights } from './sights.ts';

export const faultKinds: readonly FaultKind[] = [
  'kill',
  'restart',
  'freeze',
  'fill',
  'cut',
  'step-clock',
  'terminate',
  'late-steps',
  'deliver-again',
];

const servers = ['temporal', 'postgres'];
const centre = ['control-worker', 'build-worker', 'api'];
/** Twenty seconds longer than a worker may be silent (`workflows/activity-options/retry.ts`). */
export const pastHeartbeatMs = 30_000;
const hourMs = 3_600_000;
/** From a leap of NTP to a clock that lost its battery; goals are signed for a day. */
const steps = [-400 * 24, -48, -1, -0.02, 0.02, 1, 48, 400 * 24].map((hours) => hours * hourMs);

export interface Harmable {
  readonly places: readonly Place[];
  /** How long a program is frozen. */
  readonly freezeMs: number;
}

/** A fault of the kind, at a moment that is likely to come. */
export function faultOf(kind: FaultKind, harmable: Harmable, seen: Sights): fc.Arbitrary<Fault> {
  if (kind === 'late-steps') return lateSteps(harmable, seen);
  if (kind === 'terminate') return anyTerminated(seen).chain((workflow) => terminate(workflow, seen));
  return harmOf(kind, harmable).chain((harm) => momentFor(harm, seen).map((when) => ({ ...harm, when })));
}

function harmOf(
  kind: Exclude<FaultKind, 'terminate' | 'late-steps'>,
  { places, freezeMs }: Harmable,
): fc.Arbitrary<Harm> {
  switch (kind) {
    case 'kill':
      return victimSets(places).map((victims) => ({ kind, victims }));
    case 'restart':
      return fc.record({ kind: fc.constant(kind), victim: anyRestarted(places) });
    case 'freeze':
      return fc.record({ kind: fc.constant(kind), victim: anyVictim(places), forMs: fc.constant(freezeMs) });
    case 'fill':
      return fc.record({
        kind: fc.constant(kind),
        disk: anyDisk(places),
        forMs: fc.integer({ min: 3, max: 12 }).map(s),
      });
    case 'cut':
      return fc.record({
        kind: fc.constant(kind),
        region: oftenFirst(regionsOf(places)),
        refused: fc.boolean(),
        forMs: fc.integer({ min: 2, max: 25 }).map(s),
      });
    case 'step-clock':
      return fc.record({
        kind: fc.constant(kind),
        host: oftenFirst(places.map(({ host }) => host)),
        byMs: fc.constantFrom(...steps),
        forMs: fc.integer({ min: 1, max: 10 }).map(s),
      });
    case 'deliver-again':
      return fc.record({ kind: fc.constant(kind), sameId: fc.boolean() });
  }
}

const s = (seconds: number): number => seconds * 1_000;

/** Most often when the region has taken its way back already, or is about to. */
function lateSteps({ places }: Harmable, seen: Sights): fc.Arbitrary<Fault> {
  const state = isUndone(seen)
    ? fc.constantFrom('undoing' as const, 'undoing' as const, 'rolling' as const)
    : fc.constant('rolling' as const);
  return fc.record({
    kind: fc.constant('late-steps'),
    region: oftenFirst(regionsOf(places)),
    when: state.chain((once) => after({ once: 'state', state: once }, { min: 0, max: 2_500 })),
  });
}

const isUndone = ({ states }: Sights): boolean => states.includes('undoing');

/** An undo is over in a second or two: where there is one it is what most often is terminated. */
const anyTerminated = (seen: Sights): fc.Arbitrary<Terminated> =>
  isUndone(seen)
    ? fc.constantFrom('undos', 'undos', 'undos', 'deployment', 'deployment', 'rollouts', 'lane', 'fleet')
    : fc.constantFrom('deployment', 'rollouts', 'lane', 'fleet');

const terminate = (workflow: Terminated, seen: Sights): fc.Arbitrary<Fault> =>
  whenThere(workflow, seen).map((when) => ({ kind: 'terminate', workflow, when }));

/** What can be terminated is there only for a while. */
function whenThere(workflow: Terminated, seen: Sights): fc.Arbitrary<Moment> {
  const whileUndoing = after({ once: 'state', state: 'undoing' }, { min: 0, max: workflow === 'undos' ? 0 : 300 });
  switch (workflow) {
    case 'undos':
      return whileUndoing;
    case 'rollouts':
      return after({ once: 'state', state: 'rolling' }, { min: 0, max: 2_000 });
    case 'deployment':
      return isUndone(seen) ? fc.oneof(whileUndoing, momentOf(seen)) : momentOf(seen);
    case 'lane':
    case 'fleet':
      return momentOf(seen);
  }
}

/** What is on one host happens, half of the times, in the middle of its own switch, where a journal tells the moment. */
function momentFor(harm: Harm, seen: Sights): fc.Arbitrary<Moment> {
  const own = seen.hosts.filter((host) => placesOf(harm).some((place) => place.endsWith(`-${host}`) || place === host));
  return momentOf(own.length > 0 ? { ...seen, hosts: own } : seen);
}

function placesOf(harm: Harm): readonly string[] {
  switch (harm.kind) {
    case 'kill':
      return harm.victims.slice(0, 1);
    case 'restart':
    case 'freeze':
      return [harm.victim];
    case 'fill':
      return [harm.disk];
    case 'step-clock':
      return [harm.host];
    default:
      return [];
  }
}

/** One program, or sometimes two or three at once. */
const victimSets = (places: readonly Place[]): fc.Arbitrary<readonly Victim[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(anyVictim(places)) },
    { weight: 1, arbitrary: fc.uniqueArray(anyVictim(places), { minLength: 2, maxLength: 3 }) },
  );

function anyVictim(places: readonly Place[]): fc.Arbitrary<Victim> {
  const host = oftenFirst(places.map((place) => place.host));
  const region = oftenFirst(regionsOf(places));
  return fc.oneof(
    fc.constantFrom(...servers),
    fc.constantFrom(...centre),
    region.map((name) => `region-worker-${name}`),
    region.map((name) => `gateway-${name}`),
    host.map((name) => `agent-${name}`),
    host.map((name) => `keeper-${name}`),
  );
}

/** Programs that an operator restarts; half of the times one that people or hosts talk to. */
function anyRestarted(places: readonly Place[]): fc.Arbitrary<Victim> {
  const region = oftenFirst(regionsOf(places));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant('api') },
    { weight: 2, arbitrary: region.map((name) => `gateway-${name}`) },
    { weight: 1, arbitrary: fc.constantFrom('control-worker', 'build-worker', ...servers) },
    { weight: 1, arbitrary: region.map((name) => `region-worker-${name}`) },
    { weight: 1, arbitrary: oftenFirst(places.map(({ host }) => host)).map((name) => `agent-${name}`) },
  );
}

const anyDisk = (places: readonly Place[]): fc.Arbitrary<Disk> =>
  fc.oneof(
    oftenFirst(places.map(({ host }) => host)).map((host) => `host-${host}`),
    oftenFirst(regionsOf(places)).map((region) => `store-${region}`),
    fc.constant('scratch'),
  );

const regionsOf = (places: readonly Place[]) => [...new Set(places.map(({ region }) => region))];

/** Every deployment goes through the first region and host; the others are not always reached. */
const oftenFirst = <Name extends string>(names: readonly Name[]): fc.Arbitrary<Name> =>
  fc.oneof(fc.constant(names[0]!), fc.constantFrom(...names));
