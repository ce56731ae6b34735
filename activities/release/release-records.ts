import type { RecordBrokenGlassInput } from '../deployment-record/contract.ts';
import type { EarlierDeployment } from '../../domain/hook/find-left-behind.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import type { ReleaseState } from '../../domain/states.ts';
import type { LogRef } from '../build/contract.ts';

/** A release's row. Digest and spec are null while it is `building`. */
export interface StoredRelease {
  readonly commit: string;
  readonly authors: readonly string[];
  readonly pusher: string;
  /** Authors and pushers of the merges that it superseded. */
  readonly carries?: readonly string[];
  readonly state: ReleaseState;
  readonly digest: Digest | null;
  readonly spec: ServiceSpec | null;
}

/** What signing adds to the row. */
export interface SignedRelease {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly deployment: DeploymentNumber;
  readonly digest: Digest;
  readonly configDigest: Digest;
  readonly spec: ServiceSpec;
  readonly totalBytes: number;
  readonly files: number;
  /** What its build printed; `null` when that is not known. */
  readonly buildLog: LogRef | null;
}

export interface NewAdmission {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly deployment: DeploymentNumber;
  readonly regions: readonly RegionName[];
  readonly approvers: readonly string[];
  /** What it rests on. There is one admission for a release and its evidence. */
  readonly evidence: Digest;
  /** Of the envelope's text. */
  readonly digest: Digest;
  /** Canonical JSON of the signed envelope. */
  readonly envelope: string;
  /** RFC 3339, UTC. */
  readonly admittedAt: string;
  /** Who went past the approvals that are missing; left out where none are. Marked with the admission, or not at all. */
  readonly glass?: Pick<RecordBrokenGlassInput, 'broken' | 'excluded' | 'review'>;
}

export type StoredAdmission = Pick<NewAdmission, 'regions' | 'evidence' | 'digest' | 'envelope'>;

/** Releases and admissions in the central database. Each change is written once with its audit record. */
export interface ReleaseRecords {
  /** Null: there is no such release. */
  findRelease(service: ServiceName, release: ReleaseNumber): Promise<StoredRelease | null>;
  /**
   * `building` → `ready`. A repeat with the same digest changes nothing; with another digest it answers `conflict`,
   * because a release is immutable.
   */
  recordSigned(signed: SignedRelease): Promise<'recorded' | 'conflict' | 'unknown'>;
  /** Oldest first. */
  findAdmissions(service: ServiceName, release: ReleaseNumber): Promise<readonly StoredAdmission[]>;
  /** `ready` → `admitted`. The first for this release and evidence stays: answers the one that stands. */
  saveAdmission(admission: NewAdmission): Promise<StoredAdmission>;
  /** Which plan the deployment goes by. */
  notePlan(service: ServiceName, deployment: DeploymentNumber, planDigest: Digest): Promise<void>;
  /** `null` before it was planned. */
  findPlanDigest(service: ServiceName, deployment: DeploymentNumber): Promise<Digest | null>;
  listRegions(): Promise<readonly RegionName[]>;
  /** Those of them to which nothing new goes. */
  listDraining(): Promise<readonly RegionName[]>;
  /** Of the service's last success; `null` before the first. */
  currentRelease(service: ServiceName): Promise<ReleaseNumber | null>;
  /** Regions where a deployment of the service was finished. */
  listRegionsOf(service: ServiceName): Promise<readonly RegionName[]>;
  /** Deployments that began since the oldest base of the regions, oldest first (`domain/hook/left-behind.ts`). */
  listEarlier(than: {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly regions: readonly RegionName[];
  }): Promise<readonly EarlierDeployment[]>;
}
