import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { GateActivities } from '../../activities/gates/contract.ts';
import { gateQueue } from '../messages/queues.ts';
import { heartbeatTimeout, untilItHeals } from './retry.ts';

/** A look at the end of a watch, with what is slow about it. */
const lastLookMs = 60_000;

/**
 * They look until there is something to say, which the workflow's own deadline, or theirs, ends; the limit only catches a
 * watch that hangs while its worker lives. A cancelled one is told, to free its slot.
 *
 * @param longestMs until when it has to answer
 */
export const gates = (longestMs: number) =>
  proxyActivities<GateActivities>({
    taskQueue: gateQueue,
    startToCloseTimeout: longestMs + lastLookMs,
    heartbeatTimeout,
    retry: untilItHeals,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
