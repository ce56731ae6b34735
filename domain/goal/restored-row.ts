import type { Attempt } from './attempt.ts';
import { goalContentOf } from './content.ts';
import type { GoalContent, GoalMode, GoalRow, Placement, RecordedOutcome, SnapshotRef } from './goal.ts';
import { inherit } from './keep.ts';
import { newestIntent } from './restore.ts';
import type { DeploymentNumber, Generation, HostId, RegionName, ServiceName } from '../names.ts';

/** What the centre last meant a region to do: an intent, or a step that it owes. */
export interface IntendedGoal {
  readonly attempt: Attempt;
  readonly step: string;
  readonly mode: GoalMode;
  /** `null` when the step named none: then it is that of the deployment's goal, if any is known. */
  readonly next: Placement | null;
}

export interface RestoredInput {
  readonly service: ServiceName;
  readonly region: RegionName;
  /** As the restored database has it. */
  readonly row: GoalRow | null;
  /** Goals that hosts hold, each verified: signed by this region's director. */
  readonly held: readonly GoalContent[];
  /** Oldest first. */
  readonly intended: readonly IntendedGoal[];
  /** Of the deployments from the row's on. */
  readonly outcomes: readonly RecordedOutcome[];
  /** What was finished here last before the intended deployment, as the centre has it. */
  readonly finished: { readonly deployment: DeploymentNumber; readonly placement: Placement } | null;
}

/** What the goal of a service is after a restore, before it has its generation; `null` where nobody knows of any. */
export function restoredContent(input: RestoredInput): GoalContent | null {
  const { row, held, intended } = input;
  const known = [...(row === null ? [] : [goalContentOf(row)]), ...held];
  // Of equals the last wins: no step of an attempt was written before it was intended.
  const candidates = [...known, ...intended.map((intent) => contentOf(intent, known, input))];
  if (candidates.length === 0) return null;
  const newest = newestIntent(candidates);
  // The largest cut of a deployment that is finished is nobody's.
  return newest.next === null ? { ...newest, cut: null, canaries: [] } : newest;
}

/**
 * An intent names what a step was about to write; the rest of the goal is that of the newest known of its deployment, or
 * what its begin would have made of the row.
 */
function contentOf(
  { attempt, mode, step, next }: IntendedGoal,
  known: readonly GoalContent[],
  { service, region, row, outcomes, finished }: RestoredInput,
): GoalContent {
  const [like] = known
    .filter((goal) => goal.attempt.deployment === attempt.deployment)
    .toSorted((a, b) => b.generation - a.generation);
  if (like !== undefined) return whenFinished({ ...like, attempt: later(attempt, like.attempt), mode, step });
  const isBehind = finished !== null && (row === null || finished.deployment > row.attempt.deployment);
  const { base, keep } = isBehind ? { base: finished.placement, keep: [] } : inherit(row, outcomes);
  const place = { service, region, generation: 0 as Generation };
  return whenFinished({ ...place, attempt, step, mode, base, next, keep, cut: null, canaries: [] });
}

/** A finish is intended past the point of no return only: it is done, whether the region had written it or not. */
const whenFinished = (goal: GoalContent): GoalContent =>
  goal.step !== 'finish' || goal.next === null
    ? goal
    : { ...goal, base: goal.next, next: null, keep: [], cut: null, canaries: [] };

/** A local act of the same deployment that a host has seen stays counted. */
const later = (intended: Attempt, seen: Attempt): Attempt => (seen.local > intended.local ? seen : intended);

export interface RestoredUnder {
  readonly generation: Generation;
  readonly snapshot: SnapshotRef | null;
  /** As in `RestoredInput`. */
  readonly held: readonly GoalContent[];
}

/** The row that is written: under a generation of its own, as the answer of a step that nobody repeats. */
export function restoredRow(
  content: GoalContent,
  before: GoalRow | null,
  { generation, snapshot, held }: RestoredUnder,
): GoalRow {
  const { step, ...goal } = content;
  const { attempt, mode, cut, base, next } = goal;
  const same = before?.attempt.deployment === attempt.deployment;
  const controlRevision = same ? before.controlRevision : 0;
  const answer = { attempt, generation, mode, controlRevision, cut, base, next, snapshot };
  const previous = before === null || same ? (before?.previous ?? null) : (before.base ?? before.previous);
  return {
    ...goal,
    laterCanaries: laterCanaries(content, same ? before : null, held),
    generation,
    controlRevision,
    previous: previous?.release.digest === base?.release.digest ? (before?.previous ?? null) : previous,
    snapshot,
    // A finish is asked for again by its deployment: then this is its answer.
    lastStep: { id: step === 'finish' ? 'finish' : 'restore', attempt, answer },
  };
}

/** Named when the deployment began and not allowed yet: theirs is the first turn in the batches to come. */
function laterCanaries(
  { attempt, cut, next, canaries }: GoalContent,
  before: GoalRow | null,
  held: readonly GoalContent[],
): readonly HostId[] {
  if (cut === null || next === null) return [];
  const ofDeployment = held.filter((goal) => goal.attempt.deployment === attempt.deployment);
  const named = [before, ...ofDeployment].flatMap((goal) => goal?.canaries ?? []);
  return [...new Set([...named, ...(before?.laterCanaries ?? [])])].filter((host) => !canaries.includes(host));
}
