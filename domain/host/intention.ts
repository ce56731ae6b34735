import { decideHost } from '../goal/host-rule.ts';
import { isRefused, targetOf } from '../goal/host-status.ts';
import type { Digest, HostId } from '../names.ts';
import { memoryOf, type ServiceState, type TakenGoal } from './service-state.ts';

/** Where one service should get to on this host now. */
export interface Intention {
  /** The release to run; `null` for none. What runs already unless everything needed is on disk. */
  readonly run: Digest | null;
  /** Trees to bring to disk, in this order. */
  readonly fetch: readonly Digest[];
  /** True while `fetch` is what a switch waits for. */
  readonly switching: boolean;
  /** One sentence, for people. */
  readonly reason: string;
}

/**
 * What the newest goal, this host's memory and the time come to. A goal that has expired, or that no fresh index proves,
 * installs nothing (docs/design.md §5).
 */
export function intend(host: HostId, service: ServiceState, nowMs: number): Intention {
  const { goal, current } = service;
  if (goal === null) return { run: pinned(service) ?? current, fetch: [], switching: false, reason: 'no goal yet' };
  const decision = decideHost(goal, memoryOf(host, service));
  const stay = { run: current, reason: decision.reason, switching: false };
  // Draining installs nothing, so it needs no goal in force; a pin has been heard before it.
  if (goal.maintenance === true && decision.do === 'stop') return { ...stay, run: null, fetch: [] };
  const notInForce = whyNotInForce(service, nowMs);
  if (notInForce !== null) return { ...expired(service, goal, decision), reason: notInForce };
  switch (decision.do) {
    case 'ignore':
      return { ...stay, fetch: [] };
    case 'stay':
      return {
        ...stay,
        fetch:
          decision.fetch.length > 0
            ? decision.fetch
            : (lostTree(service, goal, decision.release) ?? stagedAhead(service, goal)),
      };
    case 'stop':
      return { ...stay, run: null, fetch: [] };
    case 'run':
      if (decision.fetch.length > 0) return { ...stay, fetch: decision.fetch, switching: true };
      // A pin whose tree was damaged: nobody vouches for it, so what runs stays.
      return service.onDisk.includes(decision.release)
        ? { ...stay, run: decision.release, fetch: [], switching: true }
        : { ...stay, fetch: [] };
  }
}

const pinned = ({ pin, onDisk }: ServiceState): Digest | null => (pin !== null && onDisk.includes(pin) ? pin : null);

/** Why the goal of the service can't be installed by now; `null` when it can, or when there is none. */
export function whyNotInForce({ goal, provenUntilMs }: ServiceState, nowMs: number): string | null {
  if (goal === null) return null;
  if (nowMs >= goal.expiresAtMs) return 'the goal has expired';
  return nowMs >= provenUntilMs ? 'no fresh goal index proves the goal' : null;
}

/** Of what stays, its own tree: a damaged one is brought again, or what ends could not be started again. */
function lostTree({ onDisk }: ServiceState, goal: TakenGoal, release: Digest | null): readonly Digest[] | null {
  if (release === null || onDisk.includes(release)) return null;
  // Nobody vouches for the bytes of what a pin or an earlier deployment has left here.
  return goal.admittedReleases.some((admitted) => admitted.release === release) ? [release] : null;
}

/** Back to what is on disk is always allowed; on to `next`, or off, only by a goal in force. */
function expired(
  service: ServiceState,
  goal: TakenGoal,
  decision: ReturnType<typeof decideHost>,
): Omit<Intention, 'reason'> {
  const run = decision.do === 'run' ? decision.release : service.current;
  const back = run === service.pin || run !== goal.goal.next?.release.digest;
  const allowed = run !== null && service.onDisk.includes(run) && back;
  return { run: allowed ? run : service.current, fetch: [], switching: false };
}

/** Before its batch comes, a host brings `next` to disk: the switch then needs no bytes. */
function stagedAhead(service: ServiceState, { goal, selected, admitted }: TakenGoal): readonly Digest[] {
  const next = targetOf(goal.next, selected.next);
  if (goal.mode !== 'advance' || next === null || !admitted) return [];
  if (isRefused(service.refused, goal.attempt.deployment, next)) return [];
  const trees = [targetOf(goal.base, selected.base), next];
  return trees.filter((tree): tree is Digest => tree !== null && !service.onDisk.includes(tree));
}
