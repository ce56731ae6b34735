import fc from 'fast-check';
import type { Place } from '../stack/running-stack.ts';
import { actOf, type Draw } from './draw-scenarios.ts';
import type { Fault, Victim } from './fault.ts';
import type { Scenario } from './scenario.ts';
import { after, momentOf, switchSteps, type Sights } from './sights.ts';

const shapes = ['rollout', 'bad-release', 'rollback'] as const;
const ofCentre = ['temporal', 'postgres', 'control-worker', 'build-worker', 'api'];

/**
 * Three deployments (good, bad, taken back) in which each program is killed once: the servers, the programs of the centre,
 * and a region worker, a gateway, an agent and a keeper. The seed decides when, and in which deployment; every moment is
 * one that is sure to come.
 */
export function drawKillEachOnce({ seed, places }: Draw): readonly Scenario[] {
  const [drawn] = fc.sample(fc.noBias(eachOnce(places)), { seed, numRuns: 1 });
  return drawn!;
}

function eachOnce(places: readonly Place[]): fc.Arbitrary<readonly Scenario[]> {
  const { host, region } = places[0]!;
  const victims = [...ofCentre, `region-worker-${region}`, `gateway-${region}`, `agent-${host}`, `keeper-${host}`];
  const seen: Sights = {
    latestMs: 1_500,
    states: ['building', 'approving', 'rolling'],
    hosts: [host],
    steps: switchSteps,
  };
  const share = (order: readonly Victim[], index: number): readonly Victim[] =>
    order.filter((_, place) => place % shapes.length === index);
  return fc
    .shuffledSubarray(victims, { minLength: victims.length })
    .chain((order) =>
      fc.tuple(...shapes.map((shape, index) => scenarioOf(shape, killsOf(share(order, index), seen), host))),
    );
}

const killsOf = (victims: readonly Victim[], seen: Sights): fc.Arbitrary<readonly Fault[]> =>
  fc.tuple(
    ...victims.map((victim) => momentOf(seen).map((when) => ({ kind: 'kill', victims: [victim], when }) as const)),
  );

function scenarioOf(
  shape: (typeof shapes)[number],
  faults: fc.Arbitrary<readonly Fault[]>,
  host: string,
): fc.Arbitrary<Scenario> {
  const afterCanary = after({ once: 'journal', host, type: 'confirmed' }, { min: 0, max: 1_000 });
  return fc.record({
    shape: fc.constant(shape),
    bad: fc.constant(shape === 'bad-release'),
    deliveries: fc.integer({ min: 1, max: 3 }),
    faults,
    act: actOf(shape, afterCanary),
  });
}
