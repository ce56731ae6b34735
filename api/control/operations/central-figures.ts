import type { ObligationKind } from '../../../activities/deployment-record/contract.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { DeploymentState } from '../../../domain/states.ts';

/** What operators watch of the central database. */
export interface CentralFigures {
  /** Resolves when the database answers within `timeoutMs`, else rejects. */
  check(timeoutMs: number): Promise<void>;
  /** Merges that were accepted and that no lane has yet; the age of the oldest, 0 without one. */
  readInbox(): Promise<{ readonly depth: number; readonly oldestSeconds: number }>;
  /** States that no open deployment is in may be left out. */
  countOpenDeployments(): Promise<ReadonlyMap<DeploymentState, number>>;
  /** What stands still until a person acts. */
  countNeedingSomeone(): Promise<NeedingSomeone>;
  /** Hosts that undos have left, by region; none for a region without any. */
  countLeftHosts(): Promise<ReadonlyMap<RegionName, number>>;
  /** Hosts whose installed tree isn't what was signed, by region, as it last said; none for a region without any. */
  countDriftedHosts(): Promise<ReadonlyMap<RegionName, number>>;
  /** By region and kind; none for what no region owes. */
  readObligations(): Promise<readonly OwedFigure[]>;
}

export interface NeedingSomeone {
  /** Open deployments that go on only when a person says so (`waitsToAlertOn`): on hold, or in an undo that waits without end. */
  readonly held: number;
  /** Lanes that Slipway locked by itself. */
  readonly locked: number;
  /** Lanes that are locked after a deployment whose undo could not undo everything. */
  readonly notUndone: number;
}

export interface OwedFigure {
  readonly region: RegionName;
  readonly kind: ObligationKind;
  readonly count: number;
  readonly oldestSeconds: number;
}
