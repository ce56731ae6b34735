import { serviceOf, type HostState } from '../../domain/host/service-state.ts';
import type { OfferedIndex } from '../../protocol/gateway.ts';
import { isProven, verifyGoalIndex, type GoalIndex, type IndexedGoal } from '../../protocol/goal-index.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import type { GoalVerifier } from '../trust/verify-goal.ts';

/** Until when an index vouches for a goal, in ms since 1970; 0 when it doesn't. */
export type ProvenUntil = (goal: IndexedGoal) => number;

const unproven: ProvenUntil = () => 0;

export interface IndexTaker {
  readonly loop: Pick<HostLoop, 'dispatch' | 'state'>;
  readonly verifier: GoalVerifier;
  readonly log: Log;
}

/**
 * Takes up what vouches for goals: those that this host has, and, by what it returns, those that come with it. An index that
 * is missing, of another, or older than one that was seen proves nothing: then nothing is installed, and nothing else changes.
 */
export async function takeIndex(offered: OfferedIndex | null | undefined, taker: IndexTaker): Promise<ProvenUntil> {
  const { loop, verifier, log } = taker;
  const director = verifier.keys.directors.get(verifier.region);
  if (!offered || director === undefined) return unproven;
  const verified = verifyGoalIndex(offered.index, verifier.region, director);
  const refusal = verified.ok ? whyOld(verified.index, loop.state) : verified.reason;
  if (!verified.ok || refusal !== null) {
    log.warn('a goal index was refused', { reason: refusal });
    return unproven;
  }
  const { index } = verified;
  const proofs = new Map(offered.proofs.map((proof) => [proof.service, proof]));
  const expiresAtMs = Date.parse(index.expiresAt);
  const provenUntil: ProvenUntil = (goal) => {
    const proof = proofs.get(goal.service);
    return proof !== undefined && isProven(index, goal, proof) ? expiresAtMs : 0;
  };
  const proven = [...proofs.keys()].flatMap((service) => {
    const { goal } = serviceOf(loop.state, service);
    if (goal === null) return [];
    const { etag } = goal;
    return provenUntil({ service, generation: goal.goal.generation, etag }) > 0 ? [{ service, etag }] : [];
  });
  const { version, issuedAt } = index;
  const issuedAtMs = Date.parse(issuedAt);
  await loop.dispatch({ type: 'indexSeen', version, issuedAtMs, expiresAtMs, proven, atMs: Date.now() });
  return provenUntil;
}

function whyOld({ version, issuedAt }: GoalIndex, { indexVersion, memoryLostAtMs = 0 }: HostState): string | null {
  if (version < indexVersion) return `it is version ${version}, and ${indexVersion} was seen`;
  return Date.parse(issuedAt) < memoryLostAtMs ? 'it was signed before the memory of this host was lost' : null;
}
