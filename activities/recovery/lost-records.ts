import type { Digest } from '../../domain/names.ts';
import type { StoredDeployment, DeploymentRef } from '../lane/lane-records.ts';
import type { LostDeployment } from './contract.ts';

/** A deployment's row, and what its regions were told. */
export interface StoredStanding extends Pick<
  LostDeployment,
  'pointOfNoReturn' | 'stop' | 'touched' | 'regions' | 'hooks' | 'previousRelease' | 'sequence' | 'state' | 'stage'
> {
  readonly deployment: StoredDeployment;
  /** Under which its plan is kept; `null` before it was planned. */
  readonly planDigest: Digest | null;
}

export interface LostRecords {
  /** `null`: there is no such deployment. */
  readStanding(ref: DeploymentRef): Promise<StoredStanding | null>;
}
