import { proxyActivities } from '@temporalio/workflow';
import type { BuildActivities, BuildReleaseInput, BuildReleaseResult } from '../../activities/build/contract.ts';

const { buildRelease } = proxyActivities<BuildActivities>({
  taskQueue: 'build',
  startToCloseTimeout: '5m',
  heartbeatTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 1 },
});

/** One build, tried again when its worker is gone. */
export const buildOnce = (input: BuildReleaseInput): Promise<BuildReleaseResult> => buildRelease(input);
