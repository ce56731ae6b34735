import type { DeploymentNumber } from '../../domain/names.ts';
import type { DeploymentRef } from '../lane/lane-records.ts';
import type { DeploymentProgress, FinishDeploymentInput, RecordBrokenGlassInput } from './contract.ts';

export type HoldAnswer =
  | { readonly outcome: 'held' }
  | { readonly outcome: 'busy'; readonly holder: DeploymentNumber }
  /** The deployment has ended: holding now would never be freed. */
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'unknown' };

/** A deployment's row. Every change is written once with its audit record; `unknown` when there is no such row. */
export interface DeploymentRecords {
  hold(ref: DeploymentRef): Promise<HoldAnswer>;
  showProgress(progress: DeploymentProgress): Promise<'shown' | 'dropped' | 'unknown'>;
  markPointOfNoReturn(ref: DeploymentRef): Promise<'recorded' | 'unknown'>;
  markBrokenGlass(glass: RecordBrokenGlassInput): Promise<'recorded' | 'repeated' | 'unknown'>;
  /** `incomplete`: it says nothing of a region that the deployment has touched, or comes from a reset; nothing is recorded. */
  finish(end: FinishDeploymentInput): Promise<'finished' | 'repeated' | 'incomplete' | 'unknown'>;
}
