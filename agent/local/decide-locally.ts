import type { DurableEvent } from '../../domain/host/events.ts';
import { decideRollback } from '../../domain/host/local-rollback.ts';
import { serviceOf, type HostState } from '../../domain/host/service-state.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { LocalAnswer, LocalRequest } from './local-request.ts';
import { serviceStatuses } from './service-status.ts';

export interface LocalDecision {
  readonly answer: LocalAnswer;
  /** Must be durable before the answer is given. */
  readonly event: DurableEvent | null;
}

/** What a command on this host is answered, given what the host knows. */
export function decideLocally(
  request: LocalRequest,
  state: HostState,
  nowMs: number,
  clockAheadMs: number | null = null,
): LocalDecision {
  if (request.do === 'status') {
    const services = serviceStatuses(state, nowMs, clockAheadMs);
    return { answer: { ok: true, protocol: 1, services, clockAheadMs }, event: null };
  }
  const { service } = request;
  if (!state.services.has(service)) return { answer: noSuchService(state, service), event: null };
  return request.do === 'rollback' ? rollBack(service, state, nowMs) : unpin(service, state, nowMs);
}

function rollBack(service: ServiceName, state: HostState, atMs: number): LocalDecision {
  const decision = decideRollback(serviceOf(state, service));
  if (decision.outcome === 'refused') {
    return { answer: { ok: false, code: 'refused', reason: decision.reason }, event: null };
  }
  const { release, repeats } = decision;
  const answer: LocalAnswer = { ok: true, protocol: 1, rollback: { release, repeats } };
  return { answer, event: repeats ? null : { type: 'pinned', service, release, atMs } };
}

function unpin(service: ServiceName, state: HostState, atMs: number): LocalDecision {
  const { pin } = serviceOf(state, service);
  const answer: LocalAnswer = { ok: true, protocol: 1, unpinned: pin };
  return { answer, event: pin === null ? null : { type: 'unpinned', service, atMs } };
}

function noSuchService({ services }: HostState, service: ServiceName): LocalAnswer {
  const known = [...services.keys()].join(', ');
  return { ok: false, code: 'not-found', reason: `this host has no service ${service}; it has: ${known || 'none'}` };
}
