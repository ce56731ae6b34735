import { Runtime, Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import type { Logger } from '../telemetry/logger.ts';
import { temporalLogger } from '../telemetry/temporal-logger.ts';
import { temporalTracing } from '../telemetry/temporal.ts';

export interface QueueWorker {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly queue: string;
  readonly activities: object;
  /** Activities that run at once. */
  readonly maxActivities: number;
  /** What only some workers have: workflows and their versioning. */
  readonly more?: Partial<WorkerOptions>;
}

/** Once per process, before the first connection: Temporal's own lines go to our log, and signals are ours to handle. */
export const installRuntime = (log: Logger): void =>
  void Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] });

/**
 * A worker of one queue.
 *
 * Heartbeats reach the server at least once a second (the SDK's default is up to a minute): a killed activity then goes
 * on from a cursor that is at most that old. On shutdown activities get a moment to end, then are cancelled, and a
 * worker that can't end gives up: its activities are tried again elsewhere.
 */
export const createWorker = ({
  connection,
  namespace,
  queue,
  activities,
  maxActivities,
  more,
}: QueueWorker): Promise<Worker> =>
  Worker.create({
    connection,
    namespace,
    taskQueue: queue,
    activities,
    maxConcurrentActivityTaskExecutions: maxActivities,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '1s',
    shutdownForceTime: '5s',
    plugins: [temporalTracing()],
    ...more,
  });

/** Runs them until `signal` aborts. Rejects when one fails; the others are shut down first. */
export async function runWorkers(workers: readonly Worker[], signal: AbortSignal): Promise<void> {
  const shutDown = (): void =>
    workers.filter((worker) => worker.getState() === 'RUNNING').forEach((worker) => worker.shutdown());
  signal.addEventListener('abort', shutDown, { once: true });
  const runs = workers.map((worker) => worker.run().finally(shutDown));
  if (signal.aborted) shutDown();
  const ends = await Promise.allSettled(runs);
  signal.removeEventListener('abort', shutDown);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
