import type { Digest, Generation, HostId, Position } from '../names.ts';
import { decideHost, decideRevert } from '../goal/host-rule.ts';
import type { HostStatus, Refusal } from '../goal/host-status.ts';
import type { HostMemory, VerifiedGoal } from '../goal/verified-goal.ts';
import type { HostTimes } from './simulated-plan.ts';

/** One host of the model. Times are ms since the simulation began. */
export interface ModelHost {
  readonly host: HostId;
  readonly position: Position;
  readonly times: HostTimes;
  /** The release fails here. */
  readonly fails: boolean;
  /** Says nothing more once it is told to switch. */
  readonly vanishes: boolean;
  goal: VerifiedGoal | null;
  running: Digest;
  health: 'healthy' | 'starting' | 'unhealthy';
  refused: readonly Refusal[];
  onDisk: readonly Digest[];
  silentSinceMs: number | null;
  /** What comes next of itself; `null` when it rests. */
  next: { readonly atMs: number; readonly do: 'switch' | 'settle'; readonly release: Digest } | null;
}

/** Until what it went to has ended, and what it has on disk begins. Forward, that is a part of the time of its start. */
const backMs = 1_000;

const memoryOf = ({ host, goal, refused, running, onDisk }: ModelHost): HostMemory => ({
  host,
  floor:
    goal === null
      ? null
      : { attempt: goal.goal.attempt, generation: goal.goal.generation, contentDigest: goal.contentDigest },
  refused,
  pin: null,
  running,
  onDisk,
});

/** The host hears of a goal. */
export function hear(host: ModelHost, goal: VerifiedGoal, atMs: number): void {
  if (host.silentSinceMs !== null) return;
  const decision = decideHost(goal, memoryOf(host));
  host.goal = goal;
  if (decision.do !== 'run') return;
  if (host.vanishes && decision.release === goal.goal.next?.release.digest) {
    host.silentSinceMs = atMs;
    return;
  }
  const fetchMs = decision.fetch.length > 0 ? host.times.fetchMs : backMs;
  host.next = { atMs: atMs + fetchMs, do: 'switch', release: decision.release };
}

/** What was to come of itself by `atMs` has come. */
export function live(host: ModelHost, atMs: number): void {
  while (host.next !== null && host.next.atMs <= atMs) step(host, host.next);
}

function step(host: ModelHost, { atMs, do: what, release }: NonNullable<ModelHost['next']>): void {
  const fails = host.fails && release === host.goal?.goal.next?.release.digest;
  if (what === 'switch') {
    const before = host.running;
    host.onDisk = [...new Set([...host.onDisk, release])];
    host.running = release;
    host.health = 'starting';
    const settlesMs = atMs + (fails ? host.times.failMs : host.times.startMs);
    host.next = { atMs: settlesMs, do: 'settle', release: fails ? before : release };
    return;
  }
  host.next = null;
  if (host.running === release) host.health = 'healthy';
  else revert(host, atMs, release);
}

/** It failed: back by the rule of the host, from its own disk. */
function revert(host: ModelHost, atMs: number, before: Digest): void {
  const failed = host.running;
  const goal = host.goal!;
  const deployment = goal.goal.attempt.deployment;
  host.refused = [{ deployment, digest: failed, reason: 'fails its health check' }];
  const decision = decideRevert(goal, memoryOf(host), failed, before);
  host.health = 'unhealthy';
  if (decision.do === 'run') host.next = { atMs, do: 'switch', release: decision.release };
}

/** What its region knows of it. */
export function statusOf(host: ModelHost, atMs: number): HostStatus {
  const { host: name, position, goal, running, health, refused, silentSinceMs } = host;
  return {
    host: name,
    position,
    generation: goal?.goal.generation ?? (0 as Generation | 0),
    attempt: goal?.goal.attempt ?? null,
    running,
    health,
    state: health === 'healthy' ? 'healthy' : 'switching',
    refused,
    reason: null,
    pinned: false,
    maintenance: false,
    reportAgeMs: silentSinceMs === null ? 0 : atMs - silentSinceMs,
    selected: { base: true, next: true },
    snapshotted: true,
  };
}
