import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ReplicationActivities } from '../../activities/replication/contract.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionBulkQueue } from '../messages/queues.ts';
import { heartbeatTimeout, untilItHealsSlowly } from './retry.ts';

/** 10 GB at 1 MB/s take three hours. A later attempt copies only what is missing, so a limit that is hit costs nothing. */
const longestCopy = '6h';

const copying = (region: RegionName) =>
  ({
    taskQueue: regionBulkQueue(region),
    startToCloseTimeout: longestCopy,
    heartbeatTimeout,
    retry: untilItHealsSlowly,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  }) as const;

/** Four attempts cover a restart of anything; a fault that outlasts them, or a minute in the queue, has to be shown. */
export const firstReplication = (region: RegionName) =>
  proxyActivities<ReplicationActivities>({
    ...copying(region),
    scheduleToStartTimeout: '1m',
    retry: { ...untilItHealsSlowly, maximumAttempts: 4 },
  });

export const replication = (region: RegionName) => proxyActivities<ReplicationActivities>(copying(region));
