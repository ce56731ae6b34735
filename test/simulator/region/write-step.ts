/** Mirrors activities/goals: write-step.ts, control-region.ts, begin-region.ts; and what infra/postgres/region stores. */
import { compareAttempts } from '../../../domain/goal/attempt.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import { standingOf } from '../../../domain/goal/content.ts';
import type { RowStanding } from '../../../domain/goal/content.ts';
import type { GoalRow, GoalStep, Placement, StepAnswer, StepDecision } from '../../../domain/goal/goal.ts';
import type { Digest, Generation, RegionName } from '../../../domain/names.ts';
import type { Recorded } from '../centre/deployment-records.ts';
import { service } from '../world/names.ts';
import type { Region, RegionDatabase, World } from '../world/world.ts';

export interface Fenced {
  readonly outcome: 'fenced';
  readonly reason: string;
  readonly row: RowStanding | null;
}
export interface Written {
  readonly outcome: 'written';
  readonly answer: StepAnswer;
}

/** The file beside the database counts as what the centre knows: a restored one must not use a number again. */
export function decide(world: World, region: Region, step: GoalStep, heard: Generation | 0): StepDecision {
  const { row, said } = region.database;
  const centre = Math.max(heard, region.lastWritten) as Generation | 0;
  const hosts = Math.max(0, ...Object.values(said).map(({ generation }) => generation)) as Generation | 0;
  const where = { service, region: region.name };
  return world.setting.decisions.decideStep(row, step, { centre, hosts, nowMs: clockOf(world, region) }, where);
}

export const clockOf = ({ nowMs }: World, { behindMs }: Region): number => Math.max(0, nowMs - behindMs);

/** Asks the row, and when it accepts: stores. */
export function writeStep(
  world: World,
  region: Region,
  step: GoalStep,
  { centre = 0, store = {} }: { readonly centre?: Generation | 0; readonly store?: Partial<RegionDatabase> } = {},
): StepDecision {
  const decision = decide(world, region, step, centre);
  if (decision.outcome === 'written') storeGoal(world, region, decision.row, step.kind, store);
  return decision;
}

/** The row and the file beside the database that tells a restored one. */
export function storeGoal(
  world: World,
  region: Region,
  row: GoalRow,
  by: string,
  store: Partial<RegionDatabase> = {},
): void {
  const { row: before, begunAtMs } = region.database;
  const begins = before === null || compareAttempts(before.attempt, row.attempt) !== 0;
  region.database = { ...region.database, ...store, row, begunAtMs: begins ? world.nowMs : begunAtMs };
  region.lastWritten = row.generation;
  world.setting.notice(world, { kind: 'goal written', region, before, row, by });
  region.highest = Math.max(region.highest, row.generation);
  if (row.mode !== 'undo') return;
  region.wentBack = Math.max(region.wentBack, row.attempt.deployment);
  // What somebody inside the region did is lost with its database, unless a host has heard of it.
  if (by !== 'local rollback') region.undone = Math.max(region.undone, row.attempt.deployment);
}

/** A repeat answers what the first did. */
export const answered = (decision: StepDecision): Written | Fenced =>
  decision.outcome === 'fenced'
    ? fencedBy(decision.row, decision.reason)
    : { outcome: 'written', answer: decision.answer };

export const fencedBy = (row: GoalRow | null, reason: string): Fenced => ({
  outcome: 'fenced',
  reason,
  row: row && standingOf(row),
});

export interface BeginInput extends Recorded {
  readonly region: RegionName;
  readonly attempt: Attempt;
  readonly next: Placement;
  /** Releases that the signed admission beside the goal admits. */
  readonly admission: Digest;
}

export function beginRegion(world: World, region: Region, input: BeginInput): Written | Fenced {
  const { attempt, next, outcomes, centreGeneration: centre, admission } = input;
  const { snapshots, batches, admitted, row } = region.database;
  const hosts = region.hosts.map(({ id }) => id);
  const snapshot = { digest: `s${hosts.length}` as Digest, hosts: hosts.length };
  const step: GoalStep = { kind: 'begin', id: 'begin', attempt, next, outcomes, canaries: [], snapshot };
  const keptFrom = row?.attempt.deployment ?? attempt.deployment;
  const store = {
    snapshots: [...snapshots.filter((one) => one.deployment >= keptFrom), { deployment: attempt.deployment, hosts }],
    batches: batches.filter((one) => one.attempt.deployment >= keptFrom),
    admitted: [...new Set([...admitted, admission])],
  };
  const decision = writeStep(world, region, step, { centre, store });
  if (decision.outcome === 'written') region.reportedHealthy = [];
  return answered(decision);
}

export interface FinishInput {
  readonly attempt: Attempt;
  readonly generation: Generation;
}

export const finishRegion = (world: World, region: Region, { attempt, generation }: FinishInput): Written | Fenced =>
  answered(writeStep(world, region, { kind: 'finish', id: 'finish', attempt, generation }));

export interface ControlInput extends Recorded {
  readonly attempt: Attempt;
  readonly controlRevision: number;
}

/** hold, resume and undo. */
export function controlRegion(
  world: World,
  region: Region,
  kind: 'hold' | 'resume' | 'undo',
  { attempt, controlRevision, outcomes, centreGeneration: centre }: ControlInput,
): Written | Fenced {
  const id = kind === 'undo' ? 'undo' : `${kind}:${controlRevision}`;
  return answered(writeStep(world, region, { kind, id, attempt, controlRevision, outcomes }, { centre }));
}
