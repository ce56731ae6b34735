import fc from 'fast-check';
import { freezePolicies } from '../../../domain/fleet/freeze.ts';
import type { Place } from '../stack/running-stack.ts';
import { faultKinds, faultOf, pastHeartbeatMs, type Harmable } from './draw-faults.ts';
import type { FaultKind } from './fault.ts';
import { shapes, type Act, type FreezeAct, type Scenario, type Shape } from './scenario.ts';
import { midway, sightsOf } from './sights.ts';

export interface Draw {
  readonly seed: number;
  readonly places: readonly Place[];
  /** Kinds of fault that can be made here. */
  readonly kinds?: readonly FaultKind[];
  /** Twenty seconds past the heartbeat of a worker unless given. */
  readonly freezeMs?: number;
  /** Of all runs; left out, each comes in turn. */
  readonly shape?: Shape;
}

/**
 * The first `runs` scenarios of a seed: always the same ones. Shapes and kinds of fault come up in turn, each time in
 * another order, so that also a few runs hold each of them; all else is left to chance.
 */
export function drawScenarios(
  runs: number,
  { seed, places, kinds = faultKinds, freezeMs = pastHeartbeatMs, shape: only }: Draw,
): readonly Scenario[] {
  const shapesInTurn = inTurn(only === undefined ? shapes : [only], runs, seed);
  const kindsInTurn = inTurn(kinds, runs, seed + 1);
  return shapesInTurn.map((shape, index) => {
    const scenario = anyScenario(shape, [kindsInTurn[index]!, kinds], { places, freezeMs });
    return fc.sample(fc.noBias(scenario), { seed: seed * 10_007 + index, numRuns: 1 })[0]!;
  });
}

function inTurn<Name>(names: readonly Name[], count: number, seed: number): readonly Name[] {
  const deck = fc.shuffledSubarray([...names], { minLength: names.length });
  return fc
    .sample(fc.noBias(deck), { seed, numRuns: Math.ceil(count / names.length) })
    .flat()
    .slice(0, count);
}

/** One fault of the first kind, and in a third of the runs one more of any. */
function anyScenario(
  shape: Shape,
  [first, kinds]: readonly [FaultKind, readonly FaultKind[]],
  harmable: Harmable,
): fc.Arbitrary<Scenario> {
  const seen = sightsOf(shape, harmable.places);
  const fault = faultOf(first, harmable, seen);
  const another = fc.constantFrom(...kinds).chain((kind) => faultOf(kind, harmable, seen));
  return fc.record({
    shape: fc.constant(shape),
    bad: fc.constant(shape === 'bad-release'),
    deliveries: fc.integer({ min: 1, max: 3 }),
    faults: fc.oneof({ weight: 2, arbitrary: fc.tuple(fault) }, { weight: 1, arbitrary: fc.tuple(fault, another) }),
    act: actOf(shape),
  });
}

/** What people do, most often when hosts have been touched. */
export function actOf(shape: Shape, when = midway): fc.Arbitrary<Act | null> {
  switch (shape) {
    case 'rollout':
    case 'bad-release':
      return fc.constant(null);
    case 'rollback':
    case 'abort':
      return fc.record({ verb: fc.constant(shape), when });
    case 'hold':
      return fc.record({ verb: fc.constant('abort-hold'), next: fc.constantFrom('good', 'good', 'bad'), when });
    case 'pause':
      return fc.record({ verb: fc.constant('pause'), forMs: fc.integer({ min: 0, max: 4_000 }), when });
    case 'hotfix':
      return fc.record({
        verb: fc.constant('hotfix'),
        active: fc.constantFrom('undo', 'hold'),
        behind: fc.boolean(),
        when,
      });
    case 'freeze':
      return fc.tuple(anyFreeze, when).map(([freeze, moment]) => ({ verb: shape, ...freeze, when: moment }));
  }
}

const freezeOver = <Kind extends FreezeAct['kind']>(kind: Kind, over: readonly FreezeAct['over'][]) =>
  fc.record({
    kind: fc.constant(kind),
    over: fc.constantFrom(...over),
    policy: fc.constantFrom(...freezePolicies),
    endedBy: fc.constantFrom('person', 'clock'),
    // Long enough for a few batches, had nothing kept them.
    forMs: fc.integer({ min: 3_000, max: 8_000 }),
    behind: fc.boolean(),
  });

const anyFreeze: fc.Arbitrary<FreezeAct> = fc.oneof(
  { weight: 3, arbitrary: freezeOver('freeze', ['all', 'service', 'region']) },
  { weight: 1, arbitrary: freezeOver('stop-the-line', ['all']) },
);
