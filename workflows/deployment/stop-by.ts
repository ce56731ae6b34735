import type { Stop } from '../../domain/deployment/ending.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/** What goes forward ends at once, for this reason. */
export function stopBy(run: DeploymentRun, stop: Stop): void {
  run.stop = stop;
  run.asking = false;
  record(run, { actor: stop.by, event: stop.cause === 'rejected' ? 'reject' : 'abort', message: stop.reason });
  run.interrupt();
}
