import { Context, CancelledFailure } from '@temporalio/activity';

/** A worker that died is noticed after the heartbeat timeout (10 s in workflows/activity-options), so beat well below it. */
const beatEveryMs = 1000;

/**
 * Runs a long activity with a heartbeat a second, carrying what `progress` answers then. `act` gets a signal for
 * cancellation (also for a worker that shuts down) and should end soon after it. @throws CancelledFailure when `act`
 * came back because of it.
 */
export async function withHeartbeat<R>(progress: () => unknown, act: (signal: AbortSignal) => Promise<R>): Promise<R> {
  const activity = Context.current();
  const beat = (): void => activity.heartbeat(progress());
  beat();
  const timer = setInterval(beat, beatEveryMs);
  try {
    const result = await act(activity.cancellationSignal);
    return activity.cancellationSignal.aborted ? await activity.cancelled : result;
  } catch (error) {
    if (!activity.cancellationSignal.aborted) throw error;
    // What was told to stop may say how far it came.
    return error instanceof CancelledFailure ? Promise.reject(error) : await activity.cancelled;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Short steps with a heartbeat a second: one that its killed worker took along is begun again after the heartbeat
 * timeout, not at the step's own time-out, which has to be long enough for the slowest.
 */
export const withHeartbeats = <Steps extends object>(steps: Steps): Steps =>
  Object.fromEntries(
    Object.entries(steps as Record<string, Step>).map(([name, step]) => [
      name,
      (...input: unknown[]) => beating(step, input),
    ]),
  ) as Steps;

type Step = (...input: unknown[]) => Promise<unknown>;

async function beating(step: Step, input: unknown[]): Promise<unknown> {
  const activity = Context.current();
  const timer = setInterval(() => activity.heartbeat(), beatEveryMs);
  try {
    return await step(...input);
  } finally {
    clearInterval(timer);
  }
}
