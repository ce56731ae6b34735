import { lanes } from '../activity-options/control.ts';
import type { LaneRun } from './lane-run.ts';
import { happened } from './lane-run.ts';

/** Takes the lane over from Postgres: locks, and open deployments, of which one may be running. */
export async function load(run: LaneRun): Promise<void> {
  const { lock, open, rollback } = await lanes.loadLane({ service: run.service });
  run.rollback = rollback ?? run.rollback;
  happened(run, { kind: 'loaded', lock, open });
}
