import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ReplicationActivities } from '../../activities/replication/contract.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionBulkQueue } from '../messages/queues.ts';
import { heartbeatTimeout, untilItHealsSlowly } from './retry.ts';

/** 10 GB at 1 MB/s take three hours. A later attempt copies only what is missing, so a limit that is hit costs nothing. */
const longestCopy = '6h';

export const replication = (region: RegionName) =>
  proxyActivities<ReplicationActivities>({
    taskQueue: regionBulkQueue(region),
    startToCloseTimeout: longestCopy,
    heartbeatTimeout,
    retry: untilItHealsSlowly,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
