/**
 * A workflow interceptor for the test server that skips time. Of an activity that fails again and again, that server heeds
 * the schedule-to-close limit only when the limit's end falls between two whole seconds (`expirationTime.getNanos() != 0` in
 * its TestServiceRetryState): one in a thousand is tried for ever. Half a millisecond, of a clock that has whole ones, keeps
 * every end off the second.
 */
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { scheduleToCloseTimeout: limit } = input.options;
        if (limit === undefined) return next(input);
        return next({ ...input, options: { ...input.options, scheduleToCloseTimeout: msToNumber(limit) + 0.5 } });
      },
    },
  ],
});
