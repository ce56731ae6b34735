import fc from 'fast-check';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { DeploymentState } from '../../../domain/states.ts';
import type { Place } from '../stack/running-stack.ts';
import type { Kill, Moment, Scenario, TakenBack, Victim } from './scenario.ts';

export interface Draw {
  readonly seed: number;
  readonly places: readonly Place[];
}

/** The first `runs` scenarios of a seed: always the same ones. */
export function drawScenarios(runs: number, { seed, places }: Draw): readonly Scenario[] {
  return fc.sample(fc.noBias(anyScenario(places)), { seed, numRuns: runs });
}

/**
 * Three deployments (good, bad, rolled back) in which each program is killed once: the servers, the programs of the
 * centre, and a region worker, a gateway, an agent and a keeper. The seed decides when, and in which deployment; every
 * moment is one that is sure to come.
 */
export function drawKillEachOnce({ seed, places }: Draw): readonly Scenario[] {
  const [drawn] = fc.sample(fc.noBias(eachOnce(places)), { seed, numRuns: 1 });
  return drawn!;
}

/** What can be seen in a deployment, and so be waited for. */
interface Sights {
  readonly latestMs: number;
  readonly states: readonly DeploymentState[];
  readonly hosts: readonly string[];
  readonly steps: readonly DurableEvent['type'][];
}

const kinds = ['good', 'bad', 'rolled-back'] as const;
const servers = ['temporal', 'postgres'];
const centre = ['control-worker', 'build-worker', 'api'];
/** Steps of a switch on a host, each durable before the next (docs/host-agent.md). */
const switchSteps = ['goalSeen', 'fetchStarted', 'fetched', 'switchIntended', 'switched', 'instanceStarted'] as const;

function anyScenario(places: readonly Place[]): fc.Arbitrary<Scenario> {
  return fc.constantFrom(...kinds).chain((kind) => {
    const seen = sights(kind, places);
    const kill = victimSets(places).chain((victims) => killOf(victims, seen));
    return scenarioOf(kind, fc.array(kill, { minLength: 1, maxLength: 3 }), midway);
  });
}

function sights(kind: Scenario['kind'], places: readonly Place[]): Sights {
  // A bad release gets no further than the hosts of the first region.
  const [canary] = places;
  const reached = kind === 'bad' ? places.filter(({ region }) => region === canary?.region) : places;
  return {
    latestMs: 6_000,
    states: ['building', 'approving', 'rolling', ...(kind === 'good' ? [] : (['undoing'] as const))],
    hosts: reached.map(({ host }) => host),
    steps: kind === 'bad' ? switchSteps : [...switchSteps, 'confirmed'],
  };
}

function eachOnce(places: readonly Place[]): fc.Arbitrary<readonly Scenario[]> {
  const { host, region } = places[0]!;
  const around = [`region-worker-${region}`, `gateway-${region}`, `agent-${host}`, `keeper-${host}`];
  const victims = [...servers, ...centre, ...around];
  const seen: Sights = {
    latestMs: 1_500,
    states: ['building', 'approving', 'rolling'],
    hosts: [host],
    steps: switchSteps,
  };
  const afterCanary = after({ once: 'journal', host, type: 'confirmed' }, { min: 0, max: 1_000 });
  const share = (order: readonly Victim[], index: number): readonly Victim[] =>
    order.filter((_, place) => place % kinds.length === index);
  return fc
    .shuffledSubarray(victims, { minLength: victims.length })
    .chain((order) =>
      fc.tuple(
        ...kinds.map((kind, index) =>
          scenarioOf(kind, fc.tuple(...share(order, index).map((victim) => killOf([victim], seen))), afterCanary),
        ),
      ),
    );
}

const scenarioOf = (
  kind: Scenario['kind'],
  kills: fc.Arbitrary<readonly Kill[]>,
  whenTakenBack: fc.Arbitrary<Moment>,
): fc.Arbitrary<Scenario> =>
  fc.record({
    kind: fc.constant(kind),
    deliveries: fc.integer({ min: 1, max: 3 }),
    kills,
    takenBack: kind === 'rolled-back' ? takenBackAt(whenTakenBack) : fc.constant(null),
  });

const takenBackAt = (when: fc.Arbitrary<Moment>): fc.Arbitrary<TakenBack> =>
  fc.record({ verb: fc.constantFrom('rollback', 'abort'), when });

/** Most often when hosts have been touched. */
const midway: fc.Arbitrary<Moment> = fc
  .constantFrom('approving', 'rolling', 'rolling', 'rolling')
  .chain((state) => after({ once: 'state', state }, { min: 500, max: 3_000 }));

/** One program, or sometimes two or three at once. */
const victimSets = (places: readonly Place[]): fc.Arbitrary<readonly Victim[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(anyVictim(places)) },
    { weight: 1, arbitrary: fc.uniqueArray(anyVictim(places), { minLength: 2, maxLength: 3 }) },
  );

function anyVictim(places: readonly Place[]): fc.Arbitrary<Victim> {
  const regions = [...new Set(places.map(({ region }) => region))];
  // Every deployment goes through the first region and host; the others are not always reached.
  const oftenFirst = (names: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof(fc.constant(names[0]!), fc.constantFrom(...names));
  const host = oftenFirst(places.map((place) => place.host));
  const region = oftenFirst(regions);
  return fc.oneof(
    fc.constantFrom(...servers),
    fc.constantFrom(...centre),
    region.map((name) => `region-worker-${name}`),
    region.map((name) => `gateway-${name}`),
    host.map((name) => `agent-${name}`),
    host.map((name) => `keeper-${name}`),
  );
}

/** An agent or keeper is killed in the middle of its own host's switch, where a journal tells the moment. */
function killOf(victims: readonly Victim[], seen: Sights): fc.Arbitrary<Kill> {
  const own = seen.hosts.filter((host) => victims[0] === `agent-${host}` || victims[0] === `keeper-${host}`);
  return momentOf(own.length > 0 ? { ...seen, hosts: own } : seen).map((when) => ({ victims, when }));
}

function momentOf({ latestMs, states, hosts, steps }: Sights): fc.Arbitrary<Moment> {
  const journalled = fc.tuple(fc.constantFrom(...hosts), fc.constantFrom(...steps));
  // Between two steps of a switch there are only milliseconds.
  const atOnce = { min: 0, max: 0 };
  const soon = { min: 0, max: 250 };
  return fc.oneof(
    { weight: 2, arbitrary: after({ once: 'delivered' }, { min: 0, max: latestMs }) },
    { weight: 2, arbitrary: fc.constantFrom(...states).chain((state) => after({ once: 'state', state }, soon)) },
    { weight: 2, arbitrary: journalled.chain(([host, type]) => after({ once: 'journal', host, type }, atOnce)) },
    { weight: 1, arbitrary: journalled.chain(([host, type]) => after({ once: 'journal', host, type }, soon)) },
  );
}

type Sight<Seen> = Seen extends Moment ? Omit<Seen, 'afterMs'> : never;

const after = (sight: Sight<Moment>, spanMs: { readonly min: number; readonly max: number }): fc.Arbitrary<Moment> =>
  fc.integer(spanMs).map((afterMs) => ({ ...sight, afterMs }));
