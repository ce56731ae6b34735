import { proxyActivities } from '@temporalio/workflow';
import type { DeploymentRecordActivities } from '../../activities/deployment-record/contract.ts';
import type { FleetActivities } from '../../activities/fleet/contract.ts';
import type { LaneActivities } from '../../activities/lane/contract.ts';
import type { RecoveryActivities } from '../../activities/recovery/contract.ts';
import type { ReleaseActivities } from '../../activities/release/contract.ts';
import { controlQueue } from '../messages/queues.ts';
import { fleetWords, laneWords, recordWords, recoveryWords, releaseWords } from './control-words.ts';
import { inWords } from './in-words.ts';
import { heartbeatTimeout, untilItHeals } from './retry.ts';

/** One transaction in central Postgres or one signature: 30 s is far above both, and frees a hung connection soon. */
const shortStep = {
  taskQueue: controlQueue,
  startToCloseTimeout: '30s',
  heartbeatTimeout,
  retry: untilItHeals,
} as const;

export const records = inWords<DeploymentRecordActivities>(proxyActivities(shortStep), recordWords);
export const lanes = inWords<LaneActivities>(proxyActivities(shortStep), laneWords);
export const fleets = inWords<FleetActivities>(proxyActivities(shortStep), fleetWords);
export const releases = inWords<ReleaseActivities>(proxyActivities(shortStep), releaseWords);

const { followRegionUndo: undoWords, ...takeOverWords } = recoveryWords;
export const recoveries = inWords<Pick<RecoveryActivities, 'takeOverDeployment'>>(
  proxyActivities(shortStep),
  takeOverWords,
);

/** @param longestMs the deadline of the undo that is waited for, which by itself owes what it can't do till then */
export const undosBegunBefore = (longestMs: number) =>
  inWords<Pick<RecoveryActivities, 'followRegionUndo'>>(
    proxyActivities({ ...shortStep, startToCloseTimeout: longestMs + 60_000 }),
    { followRegionUndo: undoWords },
  );
