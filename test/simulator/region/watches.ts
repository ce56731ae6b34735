/** Mirrors activities/goals: watch-batch.ts and watch-undo.ts. One look of each; `null`: nothing to say yet. */
import type { Attempt } from '../../../domain/goal/attempt.ts';
import { mayRunBefore, type RegionView, type Verdict } from '../../../domain/goal/region-view.ts';
import type { Generation, HostId } from '../../../domain/names.ts';
import type { Budget } from '../../../domain/spec/service-spec.ts';
import type { Call, Region, World } from '../world/world.ts';
import { batchesOf } from './batches.ts';
import { hostStatuses } from './host-statuses.ts';
import { fencedBy } from './write-step.ts';
import type { Fenced } from './write-step.ts';

interface Watched {
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly budget: Budget;
  readonly absentAfterMs: number;
}

export type Watch = Watched & { readonly batch: number; readonly batchTimeoutMs: number };
export type Bake = Watched & { readonly bakeMs: number };

export type Seen =
  | {
      readonly outcome: 'advance' | 'stop' | 'hold';
      readonly reason: string;
      readonly failed: readonly HostId[];
      readonly lost: readonly HostId[];
      /** Pinned or in maintenance. */
      readonly leftOut: readonly HostId[];
    }
  | Fenced;

const anotherGoal = 'the goal became another one while its hosts were watched';

export function watchBatch(world: World, region: Region, input: Watch, call: Call): Seen | null {
  const batch = batchesOf(region, input.attempt.deployment).findLast(({ number }) => number === input.batch);
  if (batch === undefined) return fencedBy(region.database.row, anotherGoal);
  const elapsedMs = world.nowMs - batch.startedAtMs;
  const view = lookAtRegion(world, region, input, elapsedMs, call);
  if ('outcome' in view) return view;
  const { batchTimeoutMs } = input;
  const whole = { ...view, batch: input.batch, batchHosts: batch.members.hosts, batchTimeoutMs };
  const judged = { number: input.batch, hosts: batch.members.hosts };
  return resultOf(world, region, view, world.setting.decisions.judgeBatch(whole), judged);
}

export function watchBake(world: World, region: Region, input: Bake, call: Call): Seen | null {
  const view = lookAtRegion(world, region, input, world.nowMs - call.askedAtMs, call);
  if ('outcome' in view) return view;
  return resultOf(world, region, view, world.setting.decisions.judgeBake({ ...view, bakeMs: input.bakeMs }), null);
}

function lookAtRegion(
  world: World,
  region: Region,
  input: Watched,
  elapsedMs: number,
  call: Call,
): RegionView | Fenced {
  const { decisions } = world.setting;
  const { attempt, budget, absentAfterMs } = input;
  const { row } = region.database;
  if (!decisions.isWatched(row, input, 'advance') || row === null || row.next === null)
    return fencedBy(row, anotherGoal);
  const { base, next, cut, canaries } = row;
  const view = {
    attempt,
    next,
    cut,
    canaries,
    runsBefore: mayRunBefore(row),
    budget,
    absentAfterMs,
    elapsedMs,
    ordered: batchesOf(region, attempt.deployment).flatMap(({ members }) => members.hosts),
    hosts: hostStatuses(world, region, { deployment: attempt.deployment, base, next }),
    otherServices: region.otherServices,
  };
  if (decisions.isDeaf(view)) call.listeningSinceMs = world.nowMs;
  return { ...view, listeningMs: world.nowMs - call.listeningSinceMs };
}

export function resultOf(
  world: World,
  region: Region,
  view: RegionView,
  said: Verdict,
  batch: JudgedBatch,
): Seen | null {
  world.setting.notice(world, { kind: 'judged', region, view, verdict: said, batch });
  return seenOf(said);
}

type JudgedBatch = { readonly number: number; readonly hosts: readonly HostId[] } | null;

function seenOf({ verdict, reason, failed, lost, pinned, maintenance }: Verdict): Seen | null {
  const leftOut = [...pinned, ...maintenance];
  return verdict === 'wait' ? null : { outcome: verdict, reason, failed, lost, leftOut };
}

export interface WatchUndo {
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly absentAfterMs: number;
}

export type Undone = { readonly outcome: 'undone' } | Fenced;

export function watchUndo(world: World, region: Region, input: WatchUndo): Undone | null {
  const { attempt, generation, absentAfterMs } = input;
  const { row } = region.database;
  const here = row?.mode === 'undo' && row.attempt.deployment === attempt.deployment && row.generation === generation;
  if (row === null || !here) return fencedBy(row, anotherGoal);
  const hosts = hostStatuses(world, region, { ...row, deployment: attempt.deployment });
  const undone = world.setting.decisions.judgeUndone(hosts, { attempt, generation, base: row.base, absentAfterMs });
  if (undone.verdict === 'wait') return null;
  world.setting.notice(world, { kind: 'undone', region, row, hosts, absentAfterMs });
  return { outcome: 'undone' };
}
