import { log } from '@temporalio/workflow';
import { refusedSignalText } from '../if-well-made.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/** Who sends them by the thousand must not fill the history with what is said of them. */
const mostShown = 20;

/** Says that a signal could not be read, to people and in the log; after the point of no return only there. */
export function refusedSignal(run: DeploymentRun, signal: string, mistake: string): void {
  log.warn('a signal was not understood', { signal, mistake });
  run.refusedSignals += 1;
  if (run.refusedSignals > mostShown || run.finishing) return;
  record(run, { event: 'signal-refused', message: refusedSignalText(signal, mistake) });
}
