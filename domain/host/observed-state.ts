import { isRefused, targetOf } from '../goal/host-status.ts';
import type { HostId } from '../names.ts';
import type { HostState as ReportedState } from '../states.ts';
import { clockText } from './clock-skew.ts';
import { driftReason } from './drift.ts';
import { reportedHealth } from './health.ts';
import { intend, whyNotInForce } from './intention.ts';
import type { ServiceState } from './service-state.ts';

/** How a service stands on this host, as its region is told. */
export interface ObservedState {
  readonly state: ReportedState;
  readonly health: ReturnType<typeof reportedHealth>;
  /** Why it isn't as it should be; `null` when it is. */
  readonly reason: string | null;
}

/** @param clockAheadMs of this host's clock before its gateway's; null where that isn't known */
export function observedState(
  host: HostId,
  service: ServiceState,
  nowMs: number,
  clockAheadMs: number | null = null,
): ObservedState {
  const state = stateOf(host, service, nowMs);
  const { failure, current } = service;
  const failed = failure !== null && failure.release === current;
  const health = failed ? 'unhealthy' : reportedHealth(service.health, service.instance?.health ?? null);
  return { state, health, reason: reasonOf(service, state, nowMs, clockAheadMs) };
}

/** Whether this host is where its goal wants it by now, or waits for its batch: nothing is on its way here. */
export function isSettled(host: HostId, service: ServiceState, nowMs: number): boolean {
  const { goal, current, trial } = service;
  if (goal === null) return true;
  if (goal.maintenance === true && service.pin === null) return current === null && service.instance === null;
  // Asked apart: a host that refused the release is `reverted` also while it goes on to the base.
  if (trial !== null || intend(host, service, nowMs).run !== current) return false;
  return !['fetching', 'switching'].includes(stateOf(host, service, nowMs));
}

/** Whether this host is about to have news: something is on its way here, and isn't yet a release on trial that is healthy. */
export function isActing(host: HostId, service: ServiceState, nowMs: number): boolean {
  const { trial, current, instance, health } = service;
  const isTried = trial !== null && intend(host, service, nowMs).run === current;
  const isWell = instance?.release === current && health?.phase === 'healthy';
  return !isSettled(host, service, nowMs) && !(isTried && isWell);
}

function stateOf(host: HostId, service: ServiceState, nowMs: number): ReportedState {
  const { goal, current, health, instance } = service;
  if (service.pin !== null) return 'pinned';
  if (goal?.maintenance === true) return 'maintenance';
  if (refusedTarget(service) !== undefined) return 'reverted';
  if (service.trial !== null) return 'switching';
  if (goal === null) return 'pending';
  const intention = intend(host, service, nowMs);
  if (intention.run !== current) return 'switching';
  if (intention.switching && intention.fetch.length > 0) return 'fetching';
  const waits =
    goal.goal.mode === 'advance' && goal.goal.next !== null && current !== targetOf(goal.goal.next, goal.selected.next);
  const healthy = current === null ? instance === null : instance?.release === current && health?.phase === 'healthy';
  return healthy && !waits ? 'healthy' : 'pending';
}

/** Of the release that the deployment brings, or, when it is finished, brought. Once it is undone nobody wants that one. */
function refusedTarget({ goal, refused }: ServiceState): { readonly reason: string } | undefined {
  const target = (goal?.goal.next ?? goal?.goal.base)?.release.digest;
  if (
    goal === null ||
    goal.goal.mode === 'undo' ||
    target === undefined ||
    !isRefused(refused, goal.goal.attempt.deployment, target)
  )
    return undefined;
  return refused.findLast(({ digest }) => digest === target);
}

function reasonOf(
  service: ServiceState,
  state: ReportedState,
  nowMs: number,
  clockAheadMs: number | null,
): string | null {
  if (state === 'reverted') return refusedTarget(service)?.reason ?? null;
  const health = service.health;
  return (
    service.problem ??
    service.failure?.reason ??
    missingAdmission(service) ??
    notInForce(service, nowMs, clockAheadMs) ??
    service.fetchProblem?.reason ??
    driftReason(service, nowMs) ??
    (health?.phase === 'healthy' && health.unknowns === 0 ? null : (health?.reason ?? null))
  );
}

/** A clock that is ahead explains it. */
function notInForce(service: ServiceState, nowMs: number, clockAheadMs: number | null): string | null {
  const why = whyNotInForce(service, nowMs);
  const clock = (clockAheadMs ?? 0) > 0 ? clockText(clockAheadMs) : null;
  return why && `${why}: nothing is installed${clock === null ? '' : `; this host's clock is ${clock}`}`;
}

/** `next` that may not be installed here, and a base that nobody vouches for. */
function missingAdmission({ goal, onDisk }: ServiceState): string | null {
  if (goal === null) return null;
  const next = targetOf(goal.goal.next, goal.selected.next);
  if (next !== null && !goal.admitted) return `no admission covers ${next}`;
  const base = targetOf(goal.goal.base, goal.selected.base);
  const vouched =
    base === null || onDisk.includes(base) || goal.admittedReleases.some(({ release }) => release === base);
  return vouched ? null : `no admission covers the base ${base}`;
}
