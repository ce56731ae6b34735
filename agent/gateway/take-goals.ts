import { isDeepStrictEqual } from 'node:util';
import { decideHost } from '../../domain/goal/host-rule.ts';
import { memoryOf, serviceOf, type HostState } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import type { OfferedGoal } from '../../protocol/gateway.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { verifyGoal, type GoalVerifier, type HostInRegion } from '../trust/verify-goal.ts';
import type { ProvenUntil } from './take-index.ts';

export interface GoalTaker {
  readonly loop: HostLoop;
  readonly verifier: GoalVerifier;
  /** Keeps what was signed, for people who ask on the host. */
  readonly keepGoal: (offer: OfferedGoal) => Promise<void>;
  readonly log: Log;
  readonly provenUntil: ProvenUntil;
}

/** What this region has signed for this host, for a region that may have lost it. */
export const heldGoals = ({ services }: HostState): Envelope[] =>
  [...services.values()].flatMap(({ goal }) =>
    goal?.signed === undefined
      ? []
      : [{ ...goal.signed, signatures: goal.signed.signatures.map((each) => ({ ...each })) }],
  );

/** Every goal that was offered since this agent started, also a refused one. */
export type KnownGoals = Map<ServiceName, Digest>;

/** Notes what was offered, verifies it and takes it up. Whether any of it was new. */
export async function takeGoals(
  offers: readonly OfferedGoal[],
  options: GoalTaker,
  { known, here }: { readonly known: KnownGoals; readonly here: HostInRegion },
): Promise<boolean> {
  let changed = false;
  for (const offer of offers) {
    changed ||= known.get(offer.service) !== offer.etag;
    known.set(offer.service, offer.etag);
    await takeGoal(offer, here, options);
  }
  return changed;
}

async function takeGoal(offer: OfferedGoal, here: HostInRegion, options: GoalTaker): Promise<void> {
  const { loop, verifier, log, provenUntil } = options;
  const { service } = offer;
  const verified = verifyGoal(offer, here, verifier);
  const known = serviceOf(loop.state, service);
  const decision = verified.ok ? decideHost(verified.goal, memoryOf(verifier.host, known)) : null;
  const refusal = verified.ok ? (decision?.do === 'ignore' ? decision.reason : null) : verified.reason;
  const atMs = Date.now();
  if (refusal !== null) {
    log.warn('a goal was refused', { service, reason: refusal });
    return loop.dispatch({ type: 'goalRefused', service, reason: refusal, atMs });
  }
  if (!verified.ok || isDeepStrictEqual(known.goal, verified.goal)) return;
  const { goal } = verified.goal;
  log.info('a goal was taken up', { service, step: goal.step, generation: goal.generation, mode: goal.mode });
  const { etag } = verified.goal;
  const provenUntilMs = provenUntil({ service, generation: goal.generation, etag });
  await options.keepGoal(offer);
  await loop.dispatch({ type: 'goalSeen', service, goal: verified.goal, provenUntilMs, atMs });
}
