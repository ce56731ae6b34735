import { proxyActivities } from '@temporalio/workflow';
import type {
  GateActivities,
  WatchChecksInput,
  WatchChecksResult,
  WatchMetricsInput,
  WatchMetricsResult,
} from '../../activities/gates/contract.ts';

const { watchChecks, watchMetrics } = proxyActivities<GateActivities>({
  taskQueue: 'gates',
  startToCloseTimeout: '5m',
  heartbeatTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 1 },
});

/** One watch of each, tried again when its worker is gone. */
export const checksOnce = (input: WatchChecksInput): Promise<WatchChecksResult> => watchChecks(input);
export const metricsOnce = (input: WatchMetricsInput): Promise<WatchMetricsResult> => watchMetrics(input);
