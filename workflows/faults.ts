import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
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

/**
 * The sentence of a failed activity or child workflow, for people. Anything else is a mistake in a workflow's own code:
 * it is thrown on, so that the task is retried and the next version of the code goes on from here.
 */
export function faultReason(error: unknown): string {
  const known = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  if (!known || error.cause instanceof CancelledFailure) throw error;
  const what = error instanceof ActivityFailure ? error.activityType : error.workflowType;
  return `${what} failed: ${rootCause(error) ?? error.message}`;
}
