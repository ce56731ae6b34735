import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalRow, Selector } from '../../domain/goal/goal.ts';
import type { HostStatus } from '../../domain/goal/host-status.ts';
import type { SnapshotHost } from '../../domain/goal/snapshot.ts';
import type { DeploymentNumber, Digest, Generation, HostId, Position, ServiceName } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import type { LocalAct } from '../../protocol/local-acts.ts';
import type { HostsOf } from './host-reports.ts';
import type { IndexSigner } from './sign-index.ts';

/** An admission that stands beside a goal, with the release that it admits and the digest that the goal names. */
export interface StoredAdmission {
  readonly release: Digest;
  readonly digest: Digest;
  readonly envelope: Envelope;
}

/** A goal as hosts are given it: its etag is the digest of the envelope's canonical JSON. */
export interface SignedGoal {
  readonly envelope: Envelope;
  readonly etag: Digest;
}

/** The goal of one service in this region's database. */
export interface StoredGoal {
  readonly row: GoalRow;
  readonly admissions: readonly StoredAdmission[];
  readonly absentAfterMs: number;
  /** Since the attempt in the row began here. */
  readonly begunAgoMs: number;
}

/** What one accepted step leaves behind. */
export interface GoalWrite extends SignedGoal {
  readonly row: GoalRow;
  readonly admissions: readonly StoredAdmission[];
  readonly absentAfterMs: number;
  /** W3C traceparent of the step; unsigned, for telemetry only. */
  readonly traceparent: string | null;
}

/** Decided once, when the batch began: who counts, and who was left out. */
export interface BatchMembers {
  /** Live, and brought to `next` by this batch; without those of earlier batches. */
  readonly hosts: readonly HostId[];
  readonly absent: readonly HostId[];
  readonly pinned: readonly HostId[];
  readonly maintenance: readonly HostId[];
}

export interface Batch {
  readonly attempt: Attempt;
  /** Counts from 1. */
  readonly number: number;
  readonly cut: Position;
  readonly members: BatchMembers;
}

export interface StartedBatch extends Batch {
  readonly startedAgoMs: number;
}

/** Under the lock of one service's goal: all of it commits, or none. Time is the database's. */
export interface GoalTransaction {
  readonly service: ServiceName;
  /** `null` before the first step ever. */
  readonly stored: StoredGoal | null;
  readonly nowMs: number;
  /** Highest that a host of the service ever reported. */
  readonly hostGeneration: Generation | 0;
  /** Hosts of the region that carry all labels of one of the selectors. */
  findHosts(selectors: readonly Selector[]): Promise<readonly HostId[]>;
  /** Those of the selector that the region's own records name canaries, never a host by its own word. */
  findCanaries(selector: Selector): Promise<readonly HostId[]>;
  /** Of the deployment that begins; those before the one that it follows are forgotten. */
  storeSnapshot(deployment: DeploymentNumber, hosts: readonly SnapshotHost[]): Promise<void>;
  /** The same, whatever was there of it: after a restore. */
  replaceSnapshot(deployment: DeploymentNumber, hosts: readonly SnapshotHost[]): Promise<void>;
  readHosts(of: HostsOf): Promise<readonly HostStatus[]>;
  /** All batches of the deployment, oldest first. */
  readBatches(deployment: DeploymentNumber): Promise<readonly StartedBatch[]>;
  /** Takes the place of one that is there, and its time begins anew. */
  storeBatch(batch: Batch): Promise<void>;
  /** Tells everyone who waits for the goal when the transaction commits. */
  storeGoal(write: GoalWrite): Promise<void>;
  /** What someone inside the region did, beside the goal that it wrote. */
  storeLocalAct(act: NewLocalAct): Promise<void>;
  /** Signs the region's index anew, over all goals as this transaction leaves them; other writers wait from here on. */
  storeIndex(signer: IndexSigner): Promise<void>;
}

/** A local act before it has its number and its time. */
export type NewLocalAct = Omit<LocalAct, 'number' | 'at'>;

export interface GoalStore {
  /** Runs `work` while nobody else, in this or another process, decides about the service's goal. */
  transact<Result>(service: ServiceName, work: (transaction: GoalTransaction) => Promise<Result>): Promise<Result>;
  /** `null` before the first step ever. */
  readGoal(service: ServiceName): Promise<StoredGoal | null>;
  readBatches(service: ServiceName, deployment: DeploymentNumber): Promise<readonly StartedBatch[]>;
}
