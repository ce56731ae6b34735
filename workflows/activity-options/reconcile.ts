import { proxyActivities } from '@temporalio/workflow';
import type { GoalActivities, UrgentGoalActivities } from '../../activities/goals/contract.ts';
import type { RegionName } from '../../domain/names.ts';
import { regionQueue, regionUrgentQueue } from '../messages/queues.ts';
import { atMost, heartbeatTimeout, untilItHeals } from './retry.ts';

/** A region that is still away is left alone until the next run, seconds later; history must not grow with the outage. */
const soon = { scheduleToCloseTimeout: '10s', retry: untilItHeals } as const;

export const owedSteps = (region: RegionName) =>
  proxyActivities<Pick<UrgentGoalActivities, 'holdRegion' | 'undoRegion'>>({
    ...soon,
    taskQueue: regionUrgentQueue(region),
  });

/** On the region's usual queue, where finishing is done: nobody waits for it. */
export const owedFinish = (region: RegionName) =>
  proxyActivities<Pick<GoalActivities, 'finishRegion'>>({ ...soon, taskQueue: regionQueue(region) });

/** Hosts that were told to go back do so within seconds; who takes longer is asked for again in the next run. */
export const owedWatch = (region: RegionName) =>
  proxyActivities<Pick<UrgentGoalActivities, 'watchUndo'>>({
    taskQueue: regionUrgentQueue(region),
    scheduleToStartTimeout: '10s',
    startToCloseTimeout: '45s',
    heartbeatTimeout,
    retry: atMost(1),
  });
