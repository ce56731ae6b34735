import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { UrgentGoalActivities } from '../../activities/goals/contract.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionUrgentQueue } from '../messages/queues.ts';
import { heartbeatTimeout, untilItHeals } from './retry.ts';

type Steps = Pick<UrgentGoalActivities, 'holdRegion' | 'resumeRegion' | 'undoRegion'>;
type Watches = Pick<UrgentGoalActivities, 'watchUndo'>;

/** One fenced write; hosts run what fails while it waits, so it is asked often. A deadline in the workflow ends it. */
export const urgentSteps = (region: RegionName) => proxyActivities<Steps>(step(region));

const step = (region: RegionName) =>
  ({
    taskQueue: regionUrgentQueue(region),
    startToCloseTimeout: '30s',
    heartbeatTimeout,
    retry: { ...untilItHeals, maximumInterval: '2s' },
    cancellationType: ActivityCancellationType.ABANDON,
  }) as const;

/** The same for a minute: a rollout then shows that the region doesn't answer, and why. */
export const firstUrgentSteps = (region: RegionName) =>
  proxyActivities<Steps>({ ...step(region), scheduleToCloseTimeout: '1m' });

/** @param longestMs the workflow's deadline for the undo, which ends the watch */
export const urgentWatches = (region: RegionName, longestMs: number) =>
  proxyActivities<Watches>({
    taskQueue: regionUrgentQueue(region),
    startToCloseTimeout: longestMs + 60_000,
    heartbeatTimeout,
    retry: untilItHeals,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
