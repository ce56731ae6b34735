import type { Digest, Generation, HostId, Position } from '../names.ts';
import type { Attempt } from './attempt.ts';
import type { Goal } from './goal.ts';
import type { Refusal, Selected } from './host-status.ts';

/**
 * A goal whose signature, schema, service and region the host has checked. A goal without the field `base` never gets
 * here; `base: null` says that there was nothing before.
 */
export interface VerifiedGoal {
  readonly goal: Goal;
  /** Of everything in the goal but `issuedAt` and `expiresAt`, which re-signing may change. */
  readonly contentDigest: Digest;
  /** Whether an admission in force covers `next`. */
  readonly admitted: boolean;
  /** Of this host in the goal's deployment. */
  readonly position: Position;
  readonly selected: Selected;
  /** The region has put the host in maintenance; absent when it hasn't. */
  readonly maintenance?: true;
}

/** What a host remembers of one service. */
export interface HostMemory {
  readonly host: HostId;
  /** The last goal taken up; kept for ever, also over restarts and expired goals. */
  readonly floor: { readonly attempt: Attempt; readonly generation: Generation; readonly contentDigest: Digest } | null;
  readonly refused: readonly Refusal[];
  /** What the host's operator pinned. */
  readonly pin: Digest | null;
  /** The release whose instance the host keeps running; `null` when there is none. */
  readonly running: Digest | null;
  /** Complete, verified trees. */
  readonly onDisk: readonly Digest[];
}

/**
 * What a host does about a goal. `fetch` lists the trees that must be on disk, in this order, before anything is
 * switched. `reason` is one sentence for the report.
 */
export type HostDecision =
  /** The goal isn't taken up: the floor stays, and so does what runs. */
  | { readonly do: 'ignore'; readonly fetch: readonly Digest[]; readonly reason: string }
  /** `release` must run and doesn't. */
  | { readonly do: 'run'; readonly release: Digest; readonly fetch: readonly Digest[]; readonly reason: string }
  /** What runs goes on running; `null` when nothing does. */
  | { readonly do: 'stay'; readonly release: Digest | null; readonly fetch: readonly Digest[]; readonly reason: string }
  /** Nothing may run. */
  | { readonly do: 'stop'; readonly fetch: readonly Digest[]; readonly reason: string };
