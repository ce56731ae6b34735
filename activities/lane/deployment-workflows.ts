import type { SourceRef } from '../build/contract.ts';
import type { DeploymentRef, StoredDeployment } from './lane-records.ts';

/** What a deployment's workflow is started with. */
export interface DeploymentStart extends Pick<
  StoredDeployment,
  'service' | 'deployment' | 'kind' | 'release' | 'source' | 'traceparent'
> {
  /** Where to build from; `null` when the release exists already. */
  readonly build: SourceRef | null;
  /** For commands that run in the release's source. */
  readonly checkout: SourceRef;
  /** It asks the fleet before it begins; left out by the version before. */
  readonly asksFleet?: boolean;
}

/** The workflows of deployments, each found by its own id. */
export interface DeploymentWorkflows {
  /**
   * A workflow with this id that ran before or runs now is this deployment's own: an id is used once.
   * @returns the id of its run, and whether this call began it; `null` when it did not and Temporal has forgotten which
   */
  start(start: DeploymentStart): Promise<{ readonly runId: string | null; readonly isNew: boolean }>;
  /** `absent`: Temporal knows no such workflow (any more). */
  find(ref: DeploymentRef): Promise<{ readonly state: 'running' | 'closed' | 'absent'; readonly runId: string | null }>;
  /** Begins to end it in the place of its workflow; when that is under way, nothing changes. */
  recover(ref: DeploymentRef): Promise<void>;
}
