import type { DeploymentState } from '../../../domain/states.ts';

/** What operators watch of the central database. */
export interface CentralFigures {
  /** Resolves when the database answers within `timeoutMs`, else rejects. */
  check(timeoutMs: number): Promise<void>;
  /** Merges that were accepted and that no lane has yet; the age of the oldest, 0 without one. */
  readInbox(): Promise<{ readonly depth: number; readonly oldestSeconds: number }>;
  /** States that no open deployment is in may be left out. */
  countOpenDeployments(): Promise<ReadonlyMap<DeploymentState, number>>;
}
