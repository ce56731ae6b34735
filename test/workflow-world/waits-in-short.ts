/**
 * A workflow interceptor: what an activity may wait for a worker, in a twentieth of the time. The server that skips time skips
 * none while a task waits for a worker, and a test should not wait for a minute.
 */
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

const shortened = 20;

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => {
        const { scheduleToStartTimeout: limit } = input.options;
        if (limit === undefined) return next(input);
        return next({ ...input, options: { ...input.options, scheduleToStartTimeout: msToNumber(limit) / shortened } });
      },
    },
  ],
});
