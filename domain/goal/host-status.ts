import type { DeploymentNumber, Digest, Generation, HostId, Position } from '../names.ts';
import type { HostState } from '../states.ts';
import type { Attempt } from './attempt.ts';
import type { Placement } from './goal.ts';

export type InstanceHealth = 'healthy' | 'unhealthy' | 'starting' | 'stopped' | 'unknown';

/** A release that failed on this host in this deployment; refused until a higher deployment. */
export interface Refusal {
  readonly deployment: Attempt['deployment'];
  readonly digest: Digest;
  /** For people, at most 500 characters: `/healthz answered 500`. */
  readonly reason: string;
}

/** What the region knows of one host and one service: the last report, and how old it is. */
export interface HostStatus {
  readonly host: HostId;
  readonly position: Position;
  /** Of the goal that the host has taken up; 0 and `null` when it has reported none. */
  readonly generation: Generation | 0;
  readonly attempt: Attempt | null;
  readonly running: Digest | null;
  readonly health: InstanceHealth;
  readonly state: HostState;
  readonly refused: readonly Refusal[];
  /** What the host itself says is wrong, for people: `disk full while fetching`; `null` when nothing is. */
  readonly reason: string | null;
  readonly pinned: boolean;
  readonly maintenance: boolean;
  /** By the region's clock; `null` when the host never reported. */
  readonly reportAgeMs: number | null;
  /** Which of the goal's placements the host's labels match. A release that doesn't select the host means "stop" there. */
  readonly selected: Selected;
  /** Found by this deployment, or by the one before, when it began here. */
  readonly snapshotted: boolean;
}

/** `false` too when there is no such placement. */
export interface Selected {
  readonly base: boolean;
  readonly next: boolean;
}

/**
 * Whether the host is one of the service's, now or when a deployment began. Any other is so by its own word only, and what
 * it says decides nothing about the service.
 */
export const belongs = ({ selected, snapshotted }: HostStatus): boolean =>
  selected.base || selected.next || snapshotted;

/** A host is live, or reachable, while its last report is younger than `absentAfterMs`. */
export const isLive = (host: HostStatus, absentAfterMs: number): boolean =>
  host.reportAgeMs !== null && host.reportAgeMs < absentAfterMs;

/**
 * What the host must run so that `placement` is in force there; `null` means nothing at all: there is no placement, or
 * it doesn't select the host.
 */
export const targetOf = (placement: Placement | null, selected: boolean): Digest | null =>
  placement !== null && selected ? placement.release.digest : null;

/** Whether `digest` failed here in this deployment, or in a later one: a higher deployment may try it again. */
export const isRefused = (refused: readonly Refusal[], deployment: DeploymentNumber, digest: Digest): boolean =>
  refused.some((refusal) => refusal.digest === digest && refusal.deployment >= deployment);
