import type { RegionName } from '../../domain/names.ts';
import type { DeploymentRef } from '../lane/lane-records.ts';
import type { RegionUndoEnd } from './contract.ts';

/** In Temporal, what remains of a deployment that no workflow carries any more. All of it can be repeated. */
export interface LostWorkflows {
  /** Closes the deployment's workflow if it runs. @returns how it was closed, in words that follow "its workflow" */
  closeDeployment(ref: DeploymentRef): Promise<string>;
  /** Closes the rollouts of these regions, which run on when their deployment was reset. */
  closeRollouts(ref: DeploymentRef, regions: readonly RegionName[]): Promise<void>;
  /** Resolves when it has ended. */
  untilRegionUndone(ref: DeploymentRef, region: RegionName, signal: AbortSignal): Promise<RegionUndoEnd>;
}
