import type { Digest } from '../names.ts';
import { compareAttempts } from './attempt.ts';
import { inBatch } from './batch-order.ts';
import { isRefused, targetOf } from './host-status.ts';
import type { HostDecision, HostMemory, VerifiedGoal } from './verified-goal.ts';

/** What a host does about its goal, by the rules of docs/goal-protocol.md §4 in their order: the first that speaks wins. */
export function decideHost(verified: VerifiedGoal, memory: HostMemory): HostDecision {
  return (
    ignoreStale(verified, memory) ??
    obeyPin(memory) ??
    drain(verified) ??
    stopUnselected(verified) ??
    undo(verified, memory) ??
    followBatch(verified, memory) ??
    stayOrGoBack(verified, memory)
  );
}

/** Rule 1. (attempt, generation) is ordered by attempt first; one generation has one content. */
function ignoreStale({ goal, contentDigest }: VerifiedGoal, { floor }: HostMemory): HostDecision | null {
  if (floor === null) return null;
  const order = compareAttempts(goal.attempt, floor.attempt) || goal.generation - floor.generation;
  if (order < 0) return { do: 'ignore', fetch: [], reason: 'the goal is older than one that was taken up' };
  if (goal.generation === floor.generation && contentDigest !== floor.contentDigest) {
    return { do: 'ignore', fetch: [], reason: 'the goal has the generation of another one' };
  }
  return null;
}

/** Rule 2. */
function obeyPin(memory: HostMemory): HostDecision | null {
  return memory.pin === null ? null : run(memory.pin, [], memory, 'pinned by its operator');
}

/**
 * Rule 3. In maintenance nothing runs, and nothing is brought to disk, whatever the goal says; out of it the goal is obeyed
 * as if it had come just now.
 */
const drain = ({ maintenance }: VerifiedGoal): HostDecision | null =>
  maintenance === true ? { do: 'stop', fetch: [], reason: 'the host is in maintenance' } : null;

/** No selector match means stop: the host isn't, or is no longer, one of the service's. */
function stopUnselected({ selected }: VerifiedGoal): HostDecision | null {
  return selected.base || selected.next ? null : { do: 'stop', fetch: [], reason: 'no placement selects this host' };
}

/** Rule 4. Neither a refusal nor a missing admission stands in the way back. */
function undo(verified: VerifiedGoal, memory: HostMemory): HostDecision | null {
  return verified.goal.mode === 'undo' ? goToBase(verified, memory, 'the deployment is undone') : null;
}

/** Rule 5. Silent when the host isn't in a batch, or may not have `next`. */
function followBatch(verified: VerifiedGoal, memory: HostMemory): HostDecision | null {
  const { goal, position, admitted, selected } = verified;
  if (goal.next === null || !inBatch(goal, { host: memory.host, position })) return null;
  const next = targetOf(goal.next, selected.next);
  if (next === null) {
    return goal.mode === 'advance' ? { do: 'stop', fetch: [], reason: 'the new placement leaves this host out' } : null;
  }
  if (isRefused(memory.refused, goal.attempt.deployment, next)) return null;
  const runsIt = memory.running === next;
  if (goal.mode === 'hold') return runsIt ? run(next, [], memory, 'switched before the hold') : null;
  // A lost admission forbids installing; it never stops what runs.
  if (!admitted && !runsIt) return null;
  // The base comes first: from the switch on, the way back must not need the network.
  return run(next, [targetOf(goal.base, selected.base), next], memory, 'in a batch that was allowed');
}

/** Rule 6. */
function stayOrGoBack(verified: VerifiedGoal, memory: HostMemory): HostDecision {
  const { goal, selected } = verified;
  const base = targetOf(goal.base, selected.base);
  if (memory.running !== null && mayGoOn(verified, memory.running)) {
    return run(memory.running, [], memory, 'waits for its batch');
  }
  if (base !== null && isRefused(memory.refused, goal.attempt.deployment, base)) {
    return { do: 'stay', release: memory.running, fetch: [], reason: 'the base failed on this host' };
  }
  return goToBase(
    verified,
    memory,
    memory.running === null ? 'nothing runs' : 'what runs is neither the base nor kept',
  );
}

function mayGoOn({ goal, selected }: VerifiedGoal, running: Digest): boolean {
  if (running === targetOf(goal.base, selected.base) || goal.keep.includes(running)) return true;
  return goal.mode === 'hold' && running === targetOf(goal.next, selected.next);
}

function goToBase({ goal, selected }: VerifiedGoal, memory: HostMemory, reason: string): HostDecision {
  const base = targetOf(goal.base, selected.base);
  return base === null ? { do: 'stop', fetch: [], reason } : run(base, [base], memory, reason);
}

function run(release: Digest, trees: readonly (Digest | null)[], memory: HostMemory, reason: string): HostDecision {
  const fetch = trees.filter((tree): tree is Digest => tree !== null && !memory.onDisk.includes(tree));
  return memory.running === release ? { do: 'stay', release, fetch, reason } : { do: 'run', release, fetch, reason };
}

/**
 * What a host does when `failed` failed there and `before` ran until then (`null`: nothing did). It needs only the
 * host's disk. It goes back to `before` if that is the base or kept, or if there is no base to go to; else to the base
 * (docs/goal-protocol.md §4). The caller records the refusal of `failed` first, so that the next decision for the same
 * goal leaves it where this one puts it.
 */
export function decideRevert(
  verified: VerifiedGoal,
  memory: HostMemory,
  failed: Digest,
  before: Digest | null,
): HostDecision {
  const { goal, selected } = verified;
  const base = targetOf(goal.base, selected.base);
  const stays = (reason: string): HostDecision => ({ do: 'stay', release: failed, fetch: [], reason });
  if (memory.pin !== null) return stays('pinned by its operator');
  if (goal.mode === 'undo') return stays('an undo has no way back');
  const wayBack = before === failed || (before !== null && !memory.onDisk.includes(before)) ? null : before;
  const baseIsNoWay = base === failed || (base !== null && !memory.onDisk.includes(base));
  if (wayBack !== null && (wayBack === base || goal.keep.includes(wayBack) || baseIsNoWay)) {
    return { do: 'run', release: wayBack, fetch: [], reason: 'back on what ran before' };
  }
  if (baseIsNoWay) return stays('nothing to go back to');
  return base === null
    ? { do: 'stop', fetch: [], reason: 'nothing ran before' }
    : { do: 'run', release: base, fetch: [], reason: 'back on the base' };
}
