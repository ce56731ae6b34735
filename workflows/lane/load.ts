import type { LaneRecord } from '../../activities/lane/contract.ts';
import { lanes } from '../activity-options/control.ts';
import type { LaneRun } from './lane-run.ts';
import { happened } from './lane-run.ts';

/** Takes the lane over from Postgres: locks, and open deployments, of which one may be running. */
export async function load(run: LaneRun): Promise<LaneRecord> {
  const lane = await lanes.loadLane({ service: run.service });
  const { lock, open, rollback } = lane;
  run.rollback = rollback ?? run.rollback;
  happened(run, { kind: 'loaded', lock, open });
  return lane;
}
