import type { HostId, Position } from '../../../domain/names.ts';

/** What is seen of a run when it is over. */
export interface RunEnd {
  readonly outcome: string | null;
  readonly reason: string | null;
  /** A person was asked, and has aborted it. */
  readonly held: boolean;
  /** What became of the person's act: `late` came after its end in the region. */
  readonly act: 'none' | 'made' | 'late';
  /** Regions that owed something at its end. */
  readonly pending: readonly string[];
  readonly endedAtMs: number;
  readonly batches: readonly BegunBatch[];
  /** The goal at the end, and whether it still names the deployment. */
  readonly cut: Position | null;
  readonly hosts: readonly HostEnd[];
  /** Ids of workflows of the run that have not closed. */
  readonly open: readonly string[];
  readonly obligations: number;
  /** Of the service: its deployments, and what the audit has of their ends. */
  readonly deployments: number;
  readonly recordedEnds: readonly string[];
}

export interface BegunBatch {
  readonly number: number;
  readonly hosts: readonly HostId[];
}

export type Running = 'first' | 'second' | 'other' | 'nothing';

export interface HostEnd {
  readonly host: HostId;
  readonly position: Position;
  /** What really runs at the end, and since when; of a host that is away, when it left. */
  readonly runs: Running;
  readonly sinceMs: number;
  readonly isAway: boolean;
  /** It has really had the second release running. */
  readonly touched: boolean;
  readonly returnedAtMs: number | null;
  /** How often the region has seen it change over; `null` when it knows nothing of it. */
  readonly switches: number | null;
}
