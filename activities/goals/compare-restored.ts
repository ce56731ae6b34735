import { randomUUID } from 'node:crypto';
import { nextGeneration } from '../../domain/goal/generation.ts';
import type { GoalContent, GoalRow, Placement } from '../../domain/goal/goal.ts';
import { restoredContent, restoredRow } from '../../domain/goal/restored-row.ts';
import { snapshotText } from '../../domain/goal/snapshot.ts';
import type { Generation, RegionName, ServiceName } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { positionOf } from '../../protocol/position.ts';
import type { IntendedService } from '../../protocol/region-intents.ts';
import type { GoalTransaction } from './goal-store.ts';
import { readStoredAdmission } from './read-admission.ts';
import type { Director } from './sign-goal.ts';
import type { IndexSigner } from './sign-index.ts';
import { signedWrite } from './write-step.ts';

export interface CompareInput {
  readonly region: RegionName;
  readonly director: Director;
  /** `null`: the centre knows of no step of the service here. */
  readonly intended: IntendedService | null;
  /** Of the service, each signed by this region's director. */
  readonly held: readonly GoalContent[];
  /** The last that the file beside the database knows of. */
  readonly lastWritten: Generation | 0;
}

/**
 * Makes the goal of one service what it has to be after a restore, and signs it under a generation above all that anybody
 * knows of (docs/goal-protocol.md §9). A deployment in progress takes a new snapshot; its workflow, fenced by the
 * generation, takes the row over and begins its batch again. Returns the generation; `null` where nobody knows of a goal.
 */
export async function compareRestored(
  transaction: GoalTransaction,
  { region, director, intended, held, lastWritten }: CompareInput,
): Promise<Generation | null> {
  const { service, stored, nowMs, hostGeneration } = transaction;
  const before = stored?.row ?? null;
  const {
    intended: meant = [],
    outcomes = [],
    finished = null,
    centreGeneration = 0,
    admissions = [],
  } = intended ?? {};
  const content = restoredContent({ service, region, row: before, held, intended: meant, outcomes, finished });
  if (content === null) return null;
  const heard = Math.max(hostGeneration, ...held.map(({ generation }) => generation)) as Generation | 0;
  const centre = Math.max(centreGeneration, lastWritten) as Generation | 0;
  const generation = nextGeneration(before?.generation ?? 0, { centre, hosts: heard, nowMs });
  const isSame = before?.attempt.deployment === content.attempt.deployment;
  const snapshot = isSame && before.next === null ? before.snapshot : await takeSnapshot(transaction, content);
  const row = restoredRow(content, before, { generation, snapshot, held });
  const brought = admissions.flatMap((text) => readStoredAdmission(text, { service, region }) ?? []);
  const signable = { nowMs, stored: { ...stored, admissions: [...(stored?.admissions ?? []), ...brought] } };
  await transaction.storeGoal(signedWrite({ director, currentTraceparent: () => null }, signable, row, {}));
  await recordLost(transaction, row, before);
  return generation;
}

/** Something that was done inside the region and is known from hosts alone: the record of who did it is gone. */
async function recordLost(
  { service, storeLocalAct }: GoalTransaction,
  { attempt, generation, base, next, mode }: GoalRow,
  before: GoalRow | null,
): Promise<void> {
  const known = before?.attempt.deployment === attempt.deployment ? before.attempt.local : 0;
  if (attempt.local <= known || mode === 'advance') return;
  const open = next !== null;
  await storeLocalAct({
    id: randomUUID(),
    verb: mode === 'undo' ? 'rollback' : 'hold',
    by: 'somebody',
    reason: "hosts know of it; its record was lost when the region's database was restored",
    service,
    host: null,
    goal: { attempt, generation, base: base?.release ?? null, open },
    change: null,
  });
}

async function takeSnapshot(transaction: GoalTransaction, { service, attempt, base, next }: GoalContent) {
  const { deployment } = attempt;
  const placements = [base, next].filter((placement): placement is Placement => placement !== null);
  const found = await transaction.findHosts(placements.map(({ selector }) => selector));
  const hosts = found.map((host) => ({ host, position: positionOf(service, deployment, host) }));
  await transaction.replaceSnapshot(deployment, hosts);
  return { digest: digestOf(snapshotText(hosts)), hosts: hosts.length };
}

/** The database of a region that may be an older one. */
export interface RestoredRegion {
  /** Whether goals may be served from it. */
  isOpen(): Promise<boolean>;
  /** Hosts that were heard lately and haven't shown the goals that they hold. */
  countSilent(): Promise<number>;
  /** Of all hosts, as they were shown: nothing of it is verified. */
  readHeld(): Promise<readonly Envelope[]>;
  /**
   * Runs `compare` for each service that has a goal here, and for `others`, in one transaction: the region opens with all of
   * them or stays shut. Then what hosts have shown is forgotten.
   */
  compareAll(others: readonly ServiceName[], compare: Compare, signer: IndexSigner): Promise<void>;
}

export type Compare = (transaction: GoalTransaction, lastWritten: Generation | 0) => Promise<Generation | null>;
