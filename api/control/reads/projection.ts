import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { AuditPage, AuditQuery, AuditRecord } from '../../../protocol/api/audit.ts';
import type { Deployment, DeploymentListQuery, DeploymentPage } from '../../../protocol/api/deployment.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { PageQuery } from '../../../protocol/api/page.ts';
import type { Region, ServiceHosts } from '../../../protocol/api/region.ts';
import type { Release, ReleasePage } from '../../../protocol/api/release.ts';
import type { Service, ServicePage } from '../../../protocol/api/service.ts';

/** A deployment as it is stored; links and binding are added by the api. */
export type StoredDeployment = Omit<Deployment, 'binding' | 'links'>;

/** What people read. Nothing here decides what a deployment does next. `null` stands for "there is no such thing". */
export interface Projection {
  listServices(page: PageQuery): Promise<ServicePage>;
  findService(service: ServiceName): Promise<Omit<Service, 'sequence'> | null>;
  findLane(service: ServiceName): Promise<Lane | null>;
  listHosts(service: ServiceName | null): Promise<readonly ServiceHosts[]>;
  listReleases(service: ServiceName, page: PageQuery): Promise<ReleasePage>;
  findRelease(service: ServiceName, release: ReleaseNumber): Promise<Release | null>;
  newestReadyRelease(service: ServiceName): Promise<ReleaseNumber | null>;
  listDeployments(service: ServiceName | null, query: DeploymentListQuery): Promise<DeploymentPage>;
  findDeployment(service: ServiceName, deployment: DeploymentNumber): Promise<StoredDeployment | null>;
  /** Of one service, or of all. */
  listOpenDeployments(service: ServiceName | null): Promise<readonly StoredDeployment[]>;
  listLanes(): Promise<readonly Lane[]>;
  listRegions(): Promise<readonly Region[]>;
  findRegion(region: RegionName): Promise<Region | null>;
  listAudit(query: AuditQuery): Promise<AuditPage>;
  /** After `sequence`, oldest first, at most `limit`. */
  auditAfter(sequence: number, limit: number): Promise<readonly AuditRecord[]>;
  /** 0 when nothing was recorded yet. */
  newestSequence(): Promise<number>;
}
