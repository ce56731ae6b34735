import type { Placement } from '../../domain/goal/goal.ts';
import type { HostStatus } from '../../domain/goal/host-status.ts';
import type { OtherInstances } from '../../domain/goal/region-view.ts';
import type { DeploymentNumber, ServiceName } from '../../domain/names.ts';

/** Which hosts of a service are meant, and in which order. */
export interface HostsOf {
  readonly service: ServiceName;
  /** Whose snapshot and positions. */
  readonly deployment: DeploymentNumber;
  readonly base: Placement | null;
  readonly next: Placement | null;
}

export interface OtherServices {
  /** The one that is being judged. */
  readonly service: ServiceName;
  /** Since its batch or bake began: silence that is older tells nothing about it. */
  readonly elapsedMs: number;
  /** For services whose goal says nothing else. */
  readonly absentAfterMs: number;
}

/** What hosts have said, as the region's database has it. */
export interface HostReports {
  /** Those of the deployment's snapshot, those that a placement selects now, and those that report the service. */
  readHosts(of: HostsOf): Promise<readonly HostStatus[]>;
  /** Instances of other services, for the judge's control group (domain/goal/region-view.ts says who counts). */
  countOtherServices(of: OtherServices): Promise<Required<OtherInstances>>;
  /** Calls `wake` when a report says something new about the service, or its goal is written; until unsubscribed. */
  onChange(service: ServiceName, wake: () => void): () => void;
}
