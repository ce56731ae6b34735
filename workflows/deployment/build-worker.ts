import type { Patience } from '../activity-options/build.ts';
import { wasNotTakenUp } from '../faults.ts';
import { now } from '../now.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/**
 * Has a build worker do something. When none takes it up in time that is shown, and it is waited for as long as it takes;
 * an abort cancels the scope around this.
 */
export async function byBuildWorker<T>(run: DeploymentRun, work: (patience: Patience) => Promise<T>): Promise<T> {
  try {
    return await work('20s');
  } catch (error) {
    if (!wasNotTakenUp(error)) throw error;
  }
  run.noBuildWorker = now();
  record(run, { event: 'build-worker-wanted', message: 'no build worker takes it up: all are busy, or none is there' });
  try {
    return await work(null);
  } finally {
    run.noBuildWorker = null;
  }
}
