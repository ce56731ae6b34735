import { isOutcome } from '../../domain/states.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { record } from './record.ts';
import { cancelledInTemporal } from './stop.ts';
import { stopBy } from './stop-by.ts';

/**
 * Somebody cancels it in Temporal. What goes forward is told by its scope. Where a person is asked, that is their answer;
 * where the end is decided it changes nothing, and whoever did it is told so.
 */
export function cancelled(run: DeploymentRun): void {
  if (run.asking) return stopBy(run, cancelledInTemporal());
  const why = decidedAlready(run);
  if (why === null) return;
  const message = `cancelled in Temporal, which changes nothing: ${why}`;
  record(run, { actor: 'temporal', event: 'cancel-ignored', message });
}

function decidedAlready({ stop, finishing, state }: DeploymentRun): string | null {
  if (isOutcome(state)) return null; // its end is decided and about to be written
  if (stop !== null) return `it goes forward no more already (${stop.reason})`;
  return finishing ? 'it is past its point of no return; it can be rolled back' : null;
}
