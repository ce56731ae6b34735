import { showingFaults } from '../showing-faults.ts';
import type { RegionRun } from './region-run.ts';
import { report } from './region-run.ts';

/**
 * Asks a region for an answer, for as long as it takes. Past the limit of the first call the region is shown as unreachable,
 * with what its last attempt said; when it answers it goes on by itself. An abort cancels the scope around this, at any time.
 *
 * @param first with a limit of time (`activity-options/`)
 * @param untilItHeals the same step, which the goal's row takes for a repeat
 */
export async function answered<T>(run: RegionRun, first: () => Promise<T>, untilItHeals: () => Promise<T>): Promise<T> {
  const asked = run.answers ? first : untilItHeals;
  const result = await showingFaults(asked, untilItHeals, (fault) => unreachable(run, fault));
  if (!run.answers) reachable(run);
  return result;
}

/** @param fault what went wrong, in one sentence; `null` when nobody there said anything */
export function unreachable(run: RegionRun, fault: string | null): void {
  const { region } = run.input;
  const reason = fault === null ? 'does not answer' : `does not answer: ${fault}`;
  run.answers = false;
  const rest = run.isReady ? 'it was ready before, and nobody waits for it' : 'it goes on by itself when it does';
  const state = run.isReady ? 'done' : 'unreachable';
  report(run, { event: 'region-unreachable', message: `${region} ${reason}; ${rest}`, state, reason });
}

export function reachable(run: RegionRun): void {
  run.answers = true;
  report(run, {
    event: 'region-reachable',
    message: `${run.input.region} answers again`,
    state: run.isReady ? 'done' : 'rolling',
    reason: null,
  });
}
