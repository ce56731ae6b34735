import type { Attempt } from '../goal/attempt.ts';
import { fixBatch } from '../goal/batch.ts';
import { goalContentOf } from '../goal/content.ts';
import { decideStep } from '../goal/fencing.ts';
import type { BeginStep, GoalRow, GoalStep, Placement } from '../goal/goal.ts';
import type { HostStatus } from '../goal/host-status.ts';
import { judgeBake, judgeBatch, judgeNextBatch } from '../goal/judge.ts';
import { isDeaf } from '../goal/region-view.ts';
import type { RegionView, Verdict } from '../goal/region-view.ts';
import { judgeUndone, type UndoneVerdict } from '../goal/undone.ts';
import type { VerifiedGoal } from '../goal/verified-goal.ts';
import type { DeploymentNumber, Digest, HostId, RegionName } from '../names.ts';
import type { Share } from '../spec/service-spec.ts';
import { comesMs, hear, live, statusOf, type ModelHost } from './model-host.ts';
import type { SimulatedPlan } from './simulated-plan.ts';

const attempt: Attempt = { deployment: 2 as DeploymentNumber, local: 0 };
const placement = (number: number): Placement => ({
  release: { number: number as Placement['release']['number'], digest: digestOf(number) },
  selector: {},
});
/** What runs before, and what is brought. */
const [base, next] = [placement(1), placement(2)];

function digestOf(number: number): Digest {
  return `sha256:${String(number).padStart(64, '0')}` as Digest;
}

/** What hosts of the model run before the deployment. */
export const baseDigest = base.release.digest;

/** One region of the model: its goal row, its hosts, and the clock that its batch or bake is judged by. */
export interface ModelRegion {
  readonly region: RegionName;
  readonly plan: SimulatedPlan;
  readonly hosts: readonly ModelHost[];
  row: GoalRow | null;
  batch: number;
  batchHosts: readonly HostId[];
  ordered: readonly HostId[];
  /** Since when the batch or the bake is watched, or asked whether the next batch may begin. */
  sinceMs: number;
}

export const openRegion = (region: RegionName, plan: SimulatedPlan, hosts: readonly ModelHost[]): ModelRegion => ({
  region,
  plan,
  hosts,
  row: null,
  batch: 0,
  batchHosts: [],
  ordered: [],
  sinceMs: 0,
});

/** @throws Error when the row fences it: the order of the simulation is broken */
function write(at: ModelRegion, step: GoalStep, atMs: number): void {
  const where = { service: at.plan.service, region: at.region };
  const decision = decideStep(at.row, step, { centre: 0, hosts: 0, nowMs: atMs }, where);
  if (decision.outcome !== 'written') throw new Error(`${at.region}: ${step.kind} was not written`);
  at.row = decision.row;
  const goal = { ...goalContentOf(at.row), admissions: [], issuedAt: '', expiresAt: '' };
  const contentDigest = digestOf(at.row.generation);
  for (const host of at.hosts) {
    live(host, atMs);
    const verified: VerifiedGoal = {
      goal,
      contentDigest,
      admitted: true,
      position: host.position,
      selected: { base: true, next: true },
    };
    hear(host, verified, atMs);
  }
}

/** The deployment before this one made `base` the base. */
export function beginRegion(at: ModelRegion, atMs: number): void {
  const before = beginStep({ deployment: 1 as DeploymentNumber, local: 0 }, base);
  write(at, before, atMs);
  write(at, { kind: 'finish', id: 'finish', attempt: before.attempt, generation: at.row!.generation }, atMs);
  write(at, beginStep(attempt, next), atMs);
}

const beginStep = (attempt: Attempt, next: Placement): BeginStep => ({
  kind: 'begin',
  id: 'begin',
  attempt,
  outcomes: [],
  next,
  canaries: [],
  snapshot: { digest: digestOf(0), hosts: 0 },
});

/** Allows the next batch. @returns how many hosts it brings, and how many have been brought by then */
export function allowBatch(at: ModelRegion, share: Share, atMs: number): { hosts: number; cumulative: number } | null {
  const { cut, canaries, generation } = at.row!;
  const fixed = fixBatch(statuses(at, atMs), { share, cut, canaries, absentAfterMs: at.plan.absentAfterMs });
  if (fixed.outcome === 'waiting') return null;
  at.batch += 1;
  at.batchHosts = fixed.hosts;
  at.ordered = [...at.ordered, ...fixed.hosts];
  at.sinceMs = atMs;
  write(at, { kind: 'advance', id: `advance:${at.batch}`, attempt, generation, cut: fixed.cut }, atMs);
  return { hosts: fixed.hosts.length, cumulative: fixed.cumulative };
}

export const judgeRegion = (at: ModelRegion, atMs: number): Verdict =>
  judgeBatch({
    ...viewOf(at, atMs),
    batch: at.batch,
    batchHosts: at.batchHosts,
    batchTimeoutMs: at.plan.batchTimeoutMs,
  });

export const judgeBakeOf = (at: ModelRegion, bakeMs: number, atMs: number): Verdict =>
  judgeBake({ ...viewOf(at, atMs), bakeMs });

/** `null` when another batch may begin. As in a region nobody has listened since the batch before was judged. */
export const judgeBefore = (at: ModelRegion, atMs: number): Verdict | null =>
  judgeNextBatch({
    ...viewOf(at, atMs),
    listeningMs: 0,
    begun: Array.from({ length: at.batch }, (_, index) => index + 1),
  });

function viewOf(at: ModelRegion, atMs: number): RegionView {
  const { plan, ordered, sinceMs } = at;
  const { cut, canaries } = at.row!;
  const elapsedMs = atMs - sinceMs;
  const view = {
    attempt,
    next,
    cut,
    canaries,
    // What comes in the model is new.
    runsBefore: false,
    ordered,
    budget: plan.budget,
    absentAfterMs: plan.absentAfterMs,
    elapsedMs,
    hosts: statuses(at, atMs),
    // The model has no others.
    otherServices: { healthy: 0, unhealthy: 0 },
  };
  // No host of the model comes back: who is deaf once stays so.
  return { ...view, listeningMs: isDeaf(view) ? 0 : elapsedMs };
}

/** Who hasn't switched doesn't. */
export function holdRegion(at: ModelRegion, atMs: number): void {
  write(at, { kind: 'hold', id: 'hold', attempt, outcomes: [], controlRevision: 0 }, atMs);
}

export function undoRegion(at: ModelRegion, atMs: number): void {
  write(at, { kind: 'undo', id: 'undo', attempt, outcomes: [], controlRevision: 0 }, atMs);
}

export const undoneIn = (at: ModelRegion, atMs: number): UndoneVerdict =>
  judgeUndone(statuses(at, atMs), {
    attempt,
    generation: at.row!.generation,
    base: at.row!.base,
    absentAfterMs: at.plan.absentAfterMs,
  });

function statuses({ hosts }: ModelRegion, atMs: number): HostStatus[] {
  for (const host of hosts) live(host, atMs);
  return hosts.map((host) => statusOf(host, atMs));
}

/** When the next host does something of itself, or falls silent for long enough; `Infinity` when none will. */
export function nextChangeMs({ hosts, plan }: ModelRegion, afterMs: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const host of hosts) {
    const lostMs = (host.silentSinceMs ?? Number.POSITIVE_INFINITY) + plan.absentAfterMs;
    for (const atMs of [comesMs(host), lostMs]) if (atMs > afterMs && atMs < next) next = atMs;
  }
  return next;
}
