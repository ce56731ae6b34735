import { proxyActivities } from '@temporalio/workflow';
import type { DeploymentRecordActivities } from '../../activities/deployment-record/contract.ts';
import type { LaneActivities } from '../../activities/lane/contract.ts';
import type { ReleaseActivities } from '../../activities/release/contract.ts';
import { controlQueue } from '../messages/queues.ts';
import { laneWords, recordWords, releaseWords } from './control-words.ts';
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
export const releases = inWords<ReleaseActivities>(proxyActivities(shortStep), releaseWords);
