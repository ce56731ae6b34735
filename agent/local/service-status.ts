import { observedState, type ObservedState } from '../../domain/host/observed-state.ts';
import type { HostState, ServiceState } from '../../domain/host/service-state.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode } from '../../domain/goal/goal.ts';
import type { Digest, Generation, HostId, ServiceName } from '../../domain/names.ts';

/** How one service stands, for whoever asks on the host. */
export interface ServiceStatus extends ObservedState {
  readonly service: ServiceName;
  /** Of the instance; null when none runs. */
  readonly running: Digest | null;
  /** Where the link `current` points. */
  readonly current: Digest | null;
  readonly previous: Digest | null;
  readonly pin: Digest | null;
  /** A switch is not confirmed by health yet. */
  readonly onTrial: boolean;
  readonly instance: { readonly pid: number; readonly port: number } | null;
  readonly goal: GoalSummary | null;
  /** Whole releases. */
  readonly onDisk: readonly Digest[];
}

export interface GoalSummary {
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly step: string;
  readonly mode: GoalMode;
  readonly base: string | null;
  readonly next: string | null;
  readonly issuedAt: string;
  readonly expiresAt: string;
}

export const serviceStatuses = (
  { host, services }: HostState,
  nowMs: number,
  clockAheadMs: number | null = null,
): readonly ServiceStatus[] =>
  [...services.values()].map((service) => serviceStatus(host, service, nowMs, clockAheadMs));

export function serviceStatus(
  host: HostId,
  service: ServiceState,
  nowMs: number,
  clockAheadMs: number | null = null,
): ServiceStatus {
  const { instance, current, previous, pin, trial, onDisk } = service;
  return {
    service: service.service,
    ...observedState(host, service, nowMs, clockAheadMs),
    running: instance?.release ?? null,
    current,
    previous,
    pin,
    onTrial: trial !== null,
    instance: instance && { pid: instance.process.pid, port: instance.port },
    goal: goalSummary(service),
    onDisk,
  };
}

function goalSummary({ goal: taken, service }: ServiceState): GoalSummary | null {
  if (taken === null) return null;
  const { attempt, generation, step, mode, base, next, issuedAt, expiresAt } = taken.goal;
  const name = (placement: typeof base): string | null => placement && `${service}@${placement.release.number}`;
  return { attempt, generation, step, mode, base: name(base), next: name(next), issuedAt, expiresAt };
}
