import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
  rootCause,
} from '@temporalio/workflow';

/** An activity that nobody ran or that ended in faults which can heal, as opposed to one that threw a terminal error. */
export function isInfrastructureFault(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  if (error.cause instanceof TimeoutFailure) return true;
  const { retryState } = error;
  return (
    error.cause instanceof ApplicationFailure && (retryState === 'MAXIMUM_ATTEMPTS_REACHED' || retryState === 'TIMEOUT')
  );
}

/** A try that failed after the activity was cancelled, before it heard of that: nobody tries it again. */
export const endedByCancel = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED';

/** Whether no worker took the activity up within its schedule-to-start time-out. */
export const wasNotTakenUp = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/** What the last attempt said, for people; `null` when none said anything: it was not taken up, or its worker went. */
export function faultCause(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.message;
  }
  return null;
}

/** Of a child workflow that somebody cancelled in Temporal: of one that its own parent cancels nothing is heard any more. */
export const cancelledChild = (error: unknown): string | null =>
  error instanceof ChildWorkflowFailure && error.cause instanceof CancelledFailure
    ? `${error.execution.workflowId} was cancelled in Temporal`
    : null;

/**
 * The sentence of a failed activity or child workflow, for people. Anything else is a mistake in a workflow's own code:
 * it is thrown on, so that the task is retried and the next version of the code goes on from here.
 */
export function faultReason(error: unknown): string {
  const known = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  if (!known || error.cause instanceof CancelledFailure) throw error;
  if (error instanceof ChildWorkflowFailure && error.cause instanceof TerminatedFailure)
    return `${error.execution.workflowId} was terminated in Temporal`;
  const what = error instanceof ActivityFailure ? error.activityType : error.workflowType;
  return `${what} failed: ${rootCause(error) ?? error.message}`;
}
