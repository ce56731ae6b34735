import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { BuildActivities } from '../../activities/build/contract.ts';
import { buildQueue } from '../messages/queues.ts';
import { atMost, heartbeatTimeout } from './retry.ts';

/** Before the checkout nobody knows the spec's own limit, which the activity keeps; this one catches a hung worker. */
const longestBuild = '2h';

/** Fetching the commit, and storing the log, around a command that has its own limit. */
const aroundCommandMs = 10 * 60_000;

/**
 * Foreign code can take its worker down with it, each time: after ten killed attempts it has failed. An attempt that no
 * worker takes up doesn't count. Cancelled activities are told, so that the command ends, but not waited for.
 */
const foreignCode = {
  taskQueue: buildQueue,
  heartbeatTimeout,
  retry: atMost(10),
  cancellationType: ActivityCancellationType.TRY_CANCEL,
} as const;

/** How long a build worker may be away, or all be busy, before people are told. `null`: they know, and it waits. */
export type Patience = '20s' | null;
const within = (patience: Patience) => (patience === null ? {} : { scheduleToStartTimeout: patience });

export const builds = (patience: Patience) =>
  proxyActivities<Pick<BuildActivities, 'buildRelease'>>({
    ...foreignCode,
    ...within(patience),
    startToCloseTimeout: longestBuild,
  });

/** @param timeoutMs limit of the command, kept by the activity */
export const commands = (timeoutMs: number, patience: Patience) =>
  proxyActivities<Pick<BuildActivities, 'runCommand'>>({
    ...foreignCode,
    ...within(patience),
    startToCloseTimeout: timeoutMs + aroundCommandMs,
  });
