import { log } from '@temporalio/workflow';
import { mostRefusedSignalsShown } from '../../domain/progress/refused-signals.ts';
import { refusedSignalText } from '../if-well-made.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';

/** Says that a signal could not be read, to people and in the log; after the point of no return only there. */
export function refusedSignal(run: DeploymentRun, signal: string, mistake: string): void {
  log.warn('a signal was not understood', { signal, mistake });
  run.refusedSignals += 1;
  if (run.refusedSignals > mostRefusedSignalsShown || run.finishing) return;
  record(run, { event: 'signal-refused', message: refusedSignalText(signal, mistake) });
}
