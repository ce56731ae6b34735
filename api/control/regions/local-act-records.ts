import type { RegionName, ServiceName } from '../../../domain/names.ts';
import type { LocalAct } from '../../../protocol/local-acts.ts';

/** A lane that is to be shut because of an act. */
export interface LaneToShut {
  readonly service: ServiceName;
  readonly reason: string;
  /** The same whenever the act is told again. */
  readonly key: string;
}

/** What was done inside regions, as they tell it. */
export interface LocalActRecords {
  /** Writes what is new into the audit. The lanes to be shut are answered again of an act that was told before. */
  store(region: RegionName, acts: readonly LocalAct[]): Promise<readonly LaneToShut[]>;
}
