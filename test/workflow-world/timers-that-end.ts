/**
 * A workflow interceptor for the test server that skips time. A timer that is cancelled in the moment in which it ends is
 * unknown to that server; it refuses the whole workflow task (`processCancelTimer` of its TestWorkflowMutableStateImpl) after it
 * has noted that the task is over, and the workflow hears of nothing any more. So no timer is cancelled there: whoever waits
 * for it hears of the cancellation at once, and it ends in its own time, unheard.
 */
import { CancellationScope, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      startTimer: (input, next) => {
        const scope = CancellationScope.current();
        if (scope.consideredCancelled || !scope.cancellable) return next(input);
        const timer = CancellationScope.nonCancellable(() => next(input));
        return Promise.race([timer, scope.cancelRequested]);
      },
    },
  ],
});
