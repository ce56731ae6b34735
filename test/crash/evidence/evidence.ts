import type { BatchMembers } from '../../../activities/goals/goal-store.ts';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type {
  DeploymentNumber,
  Digest,
  Generation,
  HostId,
  RegionName,
  ReleaseNumber,
  ServiceName,
} from '../../../domain/names.ts';
import type { FreezePolicy } from '../../../domain/fleet/freeze.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import type { InstanceHealth } from '../../../domain/goal/host-status.ts';
import type { RegionProgress } from '../../../domain/progress/region-progress.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../../domain/states.ts';
import type { ChainedAuditRecord } from '../../../protocol/audit-record.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { TrustedKeys } from '../../../protocol/root-document.ts';
import type { Harmed } from '../harm/carry-out.ts';
import type { Act } from '../scenario/scenario.ts';
import type { HostLook } from './look-at-hosts.ts';
import type { GoalLook, ProgressLook } from './look-at-rows.ts';
import type { HistoryEvidence } from './read-histories.ts';

/** All that was seen of one run, while it went on and when it was over: what the promises are judged by. */
export interface RunEvidence {
  readonly service: ServiceName;
  /** What every host ran before. */
  readonly before: KnownRelease;
  /** What every host must run now, by the outcomes of the deployments. */
  readonly after: KnownRelease;
  /** In the order in which they were made. */
  readonly merges: readonly DeliveredMerge[];
  /** What a person did, if anybody did anything. */
  readonly act: Act | null;
  readonly harmed: readonly Pick<Harmed, 'kind' | 'on' | 'atMs' | 'healedAtMs'>[];
  /** Opened in this run, in order of number; also what goes on under another. */
  readonly deployments: readonly EndedDeployment[];
  /** All signed releases of the service. */
  readonly releases: readonly KnownRelease[];
  /** Which a person has set. */
  readonly freeze: FreezeEvidence | null;
  readonly slots: readonly SlotEvidence[];
  readonly centre: CentreEvidence;
  readonly regions: readonly RegionEvidence[];
  readonly hosts: readonly HostEvidence[];
  readonly histories: readonly HistoryEvidence[];
  readonly goalLooks: readonly GoalLook[];
  readonly openLooks: readonly (readonly ProgressLook[])[];
  readonly keys: TrustedKeys;
}

export interface KnownRelease {
  readonly number: ReleaseNumber;
  readonly digest: Digest;
}

export interface DeliveredMerge {
  readonly commit: string;
  /** How often a delivery of it was answered 202. */
  readonly accepted: number;
  /** Fails its health check. */
  readonly bad: boolean;
  /** Nobody approves it. */
  readonly unapproved: boolean;
}

export interface EndedDeployment {
  readonly number: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  /** Of the merge that it came from. */
  readonly commit: string | null;
  readonly outcome: DeploymentOutcome | null;
  /** Its start was claimed, so it may have touched regions. */
  readonly started: boolean;
  /** Of one that was superseded: where its change goes on. */
  readonly goesOnAs: DeploymentNumber | null;
  readonly sequence: number;
  readonly regions: readonly RegionProgress[];
}

export interface FreezeEvidence {
  readonly policy: FreezePolicy;
  /** The api had said so. */
  readonly sinceMs: number;
  /** By its clock, or as a person's end of it was written down. */
  readonly untilMs: number;
}

/** What a deployment was given by the fleet. */
export interface SlotEvidence {
  readonly deployment: DeploymentNumber;
  /** `null`: never. */
  readonly grantedAtMs: number | null;
}

export interface CentreEvidence {
  readonly holder: DeploymentNumber | null;
  /** Inbox rows that were not finished. */
  readonly unfinished: number;
  readonly obligations: number;
  /** The whole chain, oldest first. */
  readonly audit: readonly ChainedAuditRecord[];
  readonly admissions: readonly { readonly envelope: Envelope; readonly admittedAtMs: number }[];
}

export interface RegionEvidence {
  readonly region: RegionName;
  readonly goal: { readonly row: GoalRow; readonly envelope: Envelope; readonly admissions: readonly Envelope[] };
  readonly snapshots: readonly { readonly deployment: DeploymentNumber; readonly host: HostId }[];
  readonly batches: readonly {
    readonly deployment: DeploymentNumber;
    readonly number: number;
    readonly cut: string;
    readonly members: BatchMembers;
    readonly startedAtMs: number;
  }[];
  readonly replicas: readonly ReplicaEvidence[];
  readonly reports: readonly ReportEvidence[];
}

export interface ReplicaEvidence {
  readonly release: Digest;
  readonly state: 'copying' | 'published';
  readonly copiedBytes: number;
  readonly reusedBytes: number;
  /** Of the blobs that it is made of. */
  readonly totalBytes: number;
}

/** The last report of a host. */
export interface ReportEvidence {
  readonly host: HostId;
  readonly generation: Generation | 0;
  readonly running: Digest | null;
  readonly health: InstanceHealth;
  /** Changes of what runs since the host took up its attempt. */
  readonly switches: number;
}

export interface HostEvidence {
  readonly host: HostId;
  readonly region: RegionName;
  readonly journal: readonly DurableEvent[];
  readonly looks: readonly HostLook[];
  readonly disk: DiskEvidence;
}

/** Every byte was read again. */
export interface DiskEvidence {
  readonly current: Digest | null;
  readonly releases: readonly { readonly digest: Digest; readonly intact: boolean; readonly signed: boolean }[];
}
