/** Follows docs/goal-protocol.md §9: what is done before a database that may be an older one serves again. */
import { goalContentOf } from '../../../domain/goal/content.ts';
import { inherit } from '../../../domain/goal/keep.ts';
import { nextGeneration } from '../../../domain/goal/generation.ts';
import type { GoalContent, GoalRow, Placement } from '../../../domain/goal/goal.ts';
import type { Digest, Generation } from '../../../domain/names.ts';
import { recordedOutcomes } from '../centre/deployment-records.ts';
import { service } from '../world/names.ts';
import type { Intent, Region, World } from '../world/world.ts';
import { clockOf, storeGoal } from './write-step.ts';

/** An older copy takes the place of the database. */
export function openBackup(world: World, region: Region): void {
  const { backup, lastWritten } = region;
  if (backup === null) return;
  region.database = backup;
  region.restored = !world.setting.decisions.mayServe(
    lastWritten === 0 ? null : lastWritten,
    backup.row?.generation ?? 0,
  );
  region.everRestored = region.everRestored || region.restored;
}

/**
 * Compares the row with the centre's last intent and with the signed goals that hosts hold, and writes what is newest under
 * a generation above all that is known. Needs the centre.
 */
export function compare(world: World, region: Region): void {
  const { row } = region.database;
  const place = world.centre.places.get(region.name);
  const held = region.hosts.flatMap(({ up, goal }) => (up && goal !== null ? [goal.goal] : []));
  const intended = place === undefined ? [] : [contentOf(world, region, place.intent, held)];
  // Of equals the last wins: no step of an attempt was written before it was intended.
  const candidates = [...(row === null ? [] : [goalContentOf(row)]), ...held, ...intended];
  region.restored = false;
  if (candidates.length === 0) return;
  const newest = world.setting.decisions.newestIntent(candidates);
  const heard = Math.max(0, ...held.map(({ generation }) => generation)) as Generation | 0;
  const centre = Math.max(place?.centreGeneration ?? 0, region.lastWritten) as Generation | 0;
  const floors = { centre, hosts: heard, nowMs: clockOf(world, region) };
  const generation = nextGeneration(row?.generation ?? 0, floors);
  // What the goal names was admitted by the centre, which has to bring that along: the begin that brought it is lost.
  const brought = newest.next === null || !isAdmitted(world, newest.next) ? [] : [newest.next.release.digest];
  const admitted = [...new Set([...region.database.admitted, ...brought])];
  storeGoal(world, region, rowOf(newest, row, generation, region), 'restore', { admitted });
}

const isAdmitted = ({ centre }: World, { release }: Placement): boolean =>
  centre.releases.get(release.number)?.state === 'admitted';

/**
 * An intent names what a step was about to write; the rest of the goal is that of the newest known of its deployment, or
 * what its begin would have made of the row.
 */
function contentOf(world: World, region: Region, intent: Intent, held: readonly GoalContent[]): GoalContent {
  const { row } = region.database;
  const { attempt, mode, step, next } = intent;
  const known = [...(row === null ? [] : [goalContentOf(row)]), ...held];
  const [like] = known
    .filter((goal) => goal.attempt.deployment === attempt.deployment)
    .toSorted((a, b) => b.generation - a.generation);
  if (like !== undefined) return { ...like, attempt, mode, step };
  const outcomes = recordedOutcomes(world, region.name, attempt.deployment);
  const { base, keep } = inherit(row, outcomes);
  const place = { service, region: region.name };
  return { ...place, generation: 0 as Generation, attempt, step, mode, base, next, keep, cut: null, canaries: [] };
}

function rowOf(newest: GoalContent, row: GoalRow | null, generation: Generation, region: Region): GoalRow {
  const { attempt, mode, base, next, cut } = newest;
  const sameDeployment = row?.attempt.deployment === attempt.deployment;
  const controlRevision = sameDeployment ? row.controlRevision : 0;
  const wasBegun = next !== null || base !== null;
  const snapshot = row?.snapshot ?? (wasBegun ? { digest: 'taken again' as Digest, hosts: region.hosts.length } : null);
  const answer = { attempt, generation, mode, controlRevision, cut, base, next, snapshot };
  const lastStep = { id: 'restore', attempt, answer };
  return { ...newest, generation, controlRevision, previous: row?.previous ?? null, snapshot, lastStep };
}
