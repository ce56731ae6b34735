import type { Digest, HostId, Position } from '../names.ts';
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
  /** From then on nothing that runs here is well; `Infinity` for never. */
  readonly illFromMs: number;
  goal: VerifiedGoal | null;
  running: Digest;
  health: 'healthy' | 'starting' | 'unhealthy';
  refused: readonly Refusal[];
  onDisk: readonly Digest[];
  silentSinceMs: number | null;
  /** What comes next of itself; `null` when it rests. */
  next: Coming | null;
}

type Coming =
  | { readonly atMs: number; readonly do: 'switch'; readonly release: Digest }
  | { readonly atMs: number; readonly do: 'get well' | 'fail' };

/** Until what it went to has ended, and what it has on disk begins. Forward, that is a part of the time of its start. */
const backMs = 1_000;

/** Each goal of the model is newer than the one before: none is refused for its age. */
const memoryOf = ({ host, refused, running, onDisk }: ModelHost): HostMemory => ({
  host,
  floor: null,
  refused,
  pin: null,
  running,
  onDisk,
});

/** The host hears of a goal; what it was about to do for the one before is over. */
export function hear(host: ModelHost, goal: VerifiedGoal, atMs: number): void {
  if (host.silentSinceMs !== null) return;
  const decision = decideHost(goal, memoryOf(host));
  host.goal = goal;
  const wanted = decision.do === 'run' ? decision.release : null;
  if (host.next?.do === 'switch') {
    if (host.next.release === wanted) return;
    host.next = null;
  }
  if (wanted === null) return;
  if (host.vanishes) {
    host.silentSinceMs = atMs;
    return;
  }
  const fetchMs = decision.fetch.length > 0 ? host.times.fetchMs : backMs;
  host.next = { atMs: atMs + fetchMs, do: 'switch', release: wanted };
}

/** What was to come of itself by `atMs` has come. */
export function live(host: ModelHost, atMs: number): void {
  for (let now = comesMs(host); now <= atMs; now = comesMs(host)) step(host, now);
}

/** When something comes of itself; `Infinity` when nothing does. */
export const comesMs = ({ next, health, illFromMs }: ModelHost): number =>
  Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, health === 'healthy' ? illFromMs : Number.POSITIVE_INFINITY);

function step(host: ModelHost, nowMs: number): void {
  const { next } = host;
  if (next === null || next.atMs > nowMs) return fail(host, nowMs);
  host.next = null;
  if (next.do === 'switch') start(host, next.release, nowMs);
  else if (next.do === 'get well') host.health = 'healthy';
  else fail(host, nowMs);
}

function start(host: ModelHost, release: Digest, nowMs: number): void {
  const { fails, illFromMs, times } = host;
  host.onDisk = [...new Set([...host.onDisk, release])];
  host.running = release;
  host.health = 'starting';
  const wellMs = nowMs + times.startMs;
  const getsWell = wellMs < illFromMs && !(fails && release === host.goal!.goal.next?.release.digest);
  host.next = getsWell ? { atMs: wellMs, do: 'get well' } : { atMs: nowMs + times.failMs, do: 'fail' };
}

/** Who fails on what a deployment brings goes back by the rule of the host, from its own disk; nothing else goes back by itself. */
function fail(host: ModelHost, nowMs: number): void {
  const { goal, running } = host;
  host.health = 'unhealthy';
  if (goal?.goal.next?.release.digest !== running) return;
  const decision = decideRevert(goal, memoryOf(host), running, goal.goal.base!.release.digest);
  if (decision.do !== 'run') return;
  const { deployment } = goal.goal.attempt;
  host.refused = [{ deployment, digest: running, reason: 'fails its health check' }];
  host.next = { atMs: nowMs, do: 'switch', release: decision.release };
}

/** What its region knows of it, once it has heard of a goal. */
export function statusOf(host: ModelHost, atMs: number): HostStatus {
  const { host: name, position, running, health, refused, silentSinceMs } = host;
  const { generation, attempt } = host.goal!.goal;
  return {
    host: name,
    position,
    generation,
    attempt,
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
