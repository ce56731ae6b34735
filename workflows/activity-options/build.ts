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

/**
 * A hook that is cancelled is waited for until it has ended: its undo must not run beside it. A worker that is gone is
 * noticed by its heartbeat, and its hook ends with it.
 *
 * @param timeoutMs limit of the command, kept by the activity
 */
export const hookCommands = (timeoutMs: number, patience: Patience) =>
  proxyActivities<Pick<BuildActivities, 'runHook'>>({
    ...foreignCode,
    ...within(patience),
    startToCloseTimeout: timeoutMs + aroundCommandMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });

/** An undo that fails is tried again: what it talks to may be away for a moment, and else a person has to finish it. */
export const hookUndo = { tries: 3, waitMs: 15_000 } as const;

/**
 * How long a region is asked to go back while undos of hooks wait for it: until it answers, or a person ends the undo. A
 * year stands for ever.
 */
export const regionUndoForHooksMs = 365 * 24 * 60 * 60_000;

/** Heartbeats come every second or so, a command that is told to end gets 5 s, and a worker that is gone took its hook along. */
export const lostHookMs = 20_000;
