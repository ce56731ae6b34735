import type { AskedBack, GoingBack } from '../../../domain/history/go-back.ts';
import type { LogRef } from '../../../activities/build/contract.ts';
import type { HookPlace } from '../../../domain/hook/hook.ts';
import type { LeftBehind } from '../../../domain/hook/left-behind.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { Durations } from '../../../domain/progress/durations.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import type { AuditPage, AuditQuery, AuditRecord } from '../../../protocol/api/audit.ts';
import type { Deployment, DeploymentListQuery, DeploymentPage } from '../../../protocol/api/deployment.ts';
import type { HookRun } from '../../../protocol/api/hooks.ts';
import type { LeftHostPage } from '../../../protocol/api/left-hosts.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { PageQuery } from '../../../protocol/api/page.ts';
import type { Region, ServiceHosts } from '../../../protocol/api/region.ts';
import type { Release, ReleasePage } from '../../../protocol/api/release.ts';
import type { Service, ServicePage } from '../../../protocol/api/service.ts';

/** A deployment as it is stored; links and binding are added by the api. */
export interface StoredDeployment extends Omit<Deployment, 'binding' | 'links'> {
  /** What links are made of. */
  readonly linked: Linked;
  /** It has stopped, and this end is decided; `null` while none is. */
  readonly ends: 'undo' | 'hold' | null;
}

/** What it printed is named; the text is read by the api. */
export interface StoredHookRun extends Omit<HookRun, 'text' | 'truncated'>, HookPlace {
  readonly region: RegionName | null;
  readonly log: LogRef | null;
}

export interface Linked {
  /** `acme/checkout` */
  readonly repository: string;
  /** Of its workflow. */
  readonly runId: string | null;
}

/** What people read. Nothing here decides what a deployment does next. `null` stands for "there is no such thing". */
export interface Projection {
  /** Whether metrics can be asked for: a plan is refused that needs them. */
  readonly hasMetricsServer: boolean;
  listServices(page: PageQuery): Promise<ServicePage>;
  findService(service: ServiceName): Promise<Omit<Service, 'sequence'> | null>;
  findLane(service: ServiceName): Promise<Lane | null>;
  /** Persons who are named as owners of a service; empty when there is no such service. */
  listOwners(service: ServiceName): Promise<readonly string[]>;
  listHosts(service: ServiceName | null): Promise<readonly ServiceHosts[]>;
  /** Of one deployment all that it ever left, of a service those that are left now. */
  listLeftHosts(
    of: {
      readonly service: ServiceName;
      readonly deployment?: DeploymentNumber | undefined;
      readonly region?: RegionName | undefined;
    },
    page: PageQuery,
  ): Promise<LeftHostPage>;
  listReleases(service: ServiceName, page: PageQuery): Promise<ReleasePage>;
  findRelease(service: ServiceName, release: ReleaseNumber): Promise<Release | null>;
  /** `null` also until it was built. */
  findSpec(service: ServiceName, release: ReleaseNumber): Promise<ServiceSpec | null>;
  /** What its build printed, also when it failed. */
  findBuildLog(service: ServiceName, release: ReleaseNumber): Promise<LogRef | null>;
  /** What a later release takes back of this one, in one sentence; `null` for nothing. */
  findTakenBack(service: ServiceName, release: ReleaseNumber): Promise<string | null>;
  /** What deployments before this one (`null`: before the next) did that no undo of it would take back, in its regions. */
  findLeftBehind(than: {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber | null;
    readonly regions: readonly RegionName[];
  }): Promise<readonly LeftBehind[]>;
  newestReadyRelease(service: ServiceName): Promise<ReleaseNumber | null>;
  listDeployments(service: ServiceName | null, query: DeploymentListQuery): Promise<DeploymentPage>;
  findDeployment(service: ServiceName, deployment: DeploymentNumber): Promise<StoredDeployment | null>;
  /** Its hooks and their undos, in the order in which they began, at most 1,000. */
  listHookRuns(service: ServiceName, deployment: DeploymentNumber): Promise<readonly StoredHookRun[]>;
  /** All that a verb has to know: the way out must not depend on what only a page shows. */
  findStanding(
    service: ServiceName,
    deployment: DeploymentNumber,
  ): Promise<Pick<StoredDeployment, 'state' | 'outcome'> | null>;
  /** Of one service, or of all. */
  listOpenDeployments(service: ServiceName | null): Promise<readonly StoredDeployment[]>;
  listLanes(): Promise<readonly Lane[]>;
  listRegions(): Promise<readonly Region[]>;
  /** Every region of the organisation. */
  listRegionNames(): Promise<readonly RegionName[]>;
  /** Regions to which nothing new goes. */
  listDraining(): Promise<readonly RegionName[]>;
  findRegion(region: RegionName): Promise<Region | null>;
  listAudit(query: AuditQuery): Promise<AuditPage>;
  /** Of one object, newest first. */
  listAuditOf(object: string, page: PageQuery): Promise<AuditPage>;
  /** What a rollback would go to, and where; whether it may go to the release that is named, and how. */
  findGoingBack(service: ServiceName, asked: AskedBack): Promise<GoingBack>;
  /** Regions where a deployment of the service was finished. */
  listRegionsOf(service: ServiceName): Promise<readonly RegionName[]>;
  /** Of the last ten that ended so: from admission to success, a rollback's whole way, from the undo's start to its end. */
  durations(service: ServiceName): Promise<Readonly<Record<'deploy' | 'rollback' | 'undo', Durations | null>>>;
  /** Grows with every message of a person that was accepted, to the deployment or, without one, to the service. */
  controlRevision(service: ServiceName, deployment: DeploymentNumber | null): Promise<number>;
  /** Whether a lane has acted on a message with this key. */
  knowsRequest(service: ServiceName, key: string): Promise<boolean>;
  /** After `sequence`, oldest first, at most `limit`. */
  auditAfter(sequence: number, limit: number): Promise<readonly AuditRecord[]>;
  /** 0 when nothing was recorded yet. */
  newestSequence(): Promise<number>;
}
