import type { RetryPolicy } from '@temporalio/common';
import { terminalErrors } from './terminal-errors.ts';

/** How long a killed worker goes unnoticed while it runs an activity; workers heartbeat every second. */
export const heartbeatTimeout = '10s';

/** A person waits for most steps: the first retry is fast, and an outage is asked about every five seconds. */
export const untilItHeals: RetryPolicy = {
  initialInterval: '200ms',
  backoffCoefficient: 2,
  maximumInterval: '5s',
  nonRetryableErrorTypes: terminalErrors,
};

/** Nobody waits, or the other side needs room: copying, and what runs beside a deployment. */
export const untilItHealsSlowly: RetryPolicy = { ...untilItHeals, initialInterval: '1s', maximumInterval: '30s' };

/** Gives the fault to the workflow after `attempts`, because the workflow knows what to do then. */
export const atMost = (attempts: number): RetryPolicy => ({ ...untilItHeals, maximumAttempts: attempts });
