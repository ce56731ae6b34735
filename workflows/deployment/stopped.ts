import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Stop } from '../../domain/deployment/ending.ts';
import { endingOf } from '../../domain/deployment/ending.ts';
import { whyNoAutomaticUndo } from '../../domain/hook/irreversible.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { isTouched, touchedRegions } from './deployment-run.ts';
import type { Ended } from './ended.ts';
import { leaveHeld } from './leave-held.ts';
import { record } from './record.ts';
import { untilHooksEnded } from './undo-hooks.ts';
import { undo } from './undo.ts';

/** How a deployment ends that goes forward no more. Called where nothing can be cancelled. */
export async function stopped(run: DeploymentRun, stop: Stop): Promise<Ended> {
  run.stop = stop;
  const noUndo = whyNoUndo(run);
  const { automatic } = run.planned?.plan.rollback ?? { automatic: true };
  const ending = endingOf(stop, isTouched(run), { automatic: automatic && noUndo === null });
  switch (ending.do) {
    case 'end':
      return { outcome: ending.outcome, by: stop.by, reason: stop.reason, regions: [], pending: [] };
    case 'undo':
      return undo(run, stop);
    case 'hold':
      return left(run, stop);
    case 'ask':
      return stopped(run, await ask(run, noUndo === null ? stop : { ...stop, reason: `${stop.reason}; ${noUndo}` }));
  }
}

/** Hosts that have switched may not go back by themselves; hooks that no host has followed may. */
export const whyNoUndo = (run: DeploymentRun): string | null =>
  run.planned === null || touchedRegions(run).length === 0 ? null : whyNoAutomaticUndo(run.planned.plan);

/** A hook that was told to stop has ended before the deployment does. */
async function left(run: DeploymentRun, stop: Stop): Promise<Ended> {
  const ended = await leaveHeld(run, stop);
  await untilHooksEnded(run);
  return ended;
}

/**
 * Nothing moves while a person chooses; what they choose is an abort, which sets another stop. It is heard at once, also
 * while a region that doesn't answer has yet to be held: an undo waits for nobody.
 */
async function ask(run: DeploymentRun, stop: Stop): Promise<Stop> {
  run.asking = true;
  run.stop = stop;
  const holding = new CancellationScope();
  const held = holding.run(() => leaveHeld(run, stop)).catch(unlessCancelled);
  record(run, { event: 'decision-wanted', message: `${stop.reason}; a person decides between undo and hold` });
  await condition(() => !run.asking);
  holding.cancel();
  await held;
  return afterFailure(run.stop, stop);
}

/** What was chosen says who chose; why they had to is told with it. */
const afterFailure = (chosen: Stop, failed: Stop): Stop =>
  chosen === failed ? failed : { ...chosen, reason: `${chosen.reason}; it had failed: ${failed.reason}` };

function unlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
