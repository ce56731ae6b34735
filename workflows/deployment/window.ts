import { condition } from '@temporalio/workflow';
import { recurrenceText } from '../../domain/calendar/recurrence-text.ts';
import { clockTime } from '../../domain/progress/plain-text.ts';
import { fleets } from '../activity-options/control.ts';
import type { DeploymentRun } from './deployment-run.ts';
import { mayGoOn, plannedOf } from './deployment-run.ts';
import { untilMayGoOn } from './go-on.ts';
import { record } from './record.ts';

/** A hint that somebody lets it pass can get lost, and the rules of a time zone may change: it is looked at again. */
const longestLookMs = 60 * 60_000;

/** Clocks differ: one that is a little behind is not asked a thousand times. */
const leastRestMs = 1_000;

/** A pause, too, takes its time: the window is open when nothing else is in the way any more. */
export async function untilWindowIsOpen(run: DeploymentRun): Promise<void> {
  do {
    await untilMayGoOn(run);
    await untilWindowOpens(run);
  } while (!mayGoOn(run));
}

/**
 * A stage begins only while its service's window is open. The calendar is the activity's: it knows time zones.
 *
 * @param longestMs that is waited for it; `false` when it opens later
 */
export async function untilWindowOpens(run: DeploymentRun, longestMs = Infinity): Promise<boolean> {
  const { window } = plannedOf(run).plan;
  if (window === undefined) return true;
  const { service, deployment } = run.input;
  for (let shown: string | null = null; ;) {
    const { hints } = run.fleet;
    const { isOpen, opensAt } = await fleets.lookAtWindow({ service, deployment, window });
    run.fleet.window = isOpen ? null : { text: recurrenceText(window), opensAt };
    if (isOpen) return true;
    if (longestMs < (opensAt === null ? Infinity : Date.parse(opensAt) - Date.now())) return false;
    if (opensAt !== null && opensAt !== shown) {
      shown = opensAt;
      record(run, { event: 'window-awaited', message: `its window opens ${clockTime(opensAt)}` });
    }
    const untilMs = opensAt === null ? longestLookMs : Date.parse(opensAt) - Date.now();
    const ms = Math.max(leastRestMs, Math.min(untilMs, longestLookMs));
    await condition(() => run.fleet.hints > hints, ms, { summary: `the window of ${service} opens` });
  }
}
