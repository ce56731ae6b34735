import type { BatchResult } from '../../activities/goals/contract.ts';
import { inViewMs, patientLooks } from '../activity-options/region.ts';
import { reachable } from './answered.ts';
import type { RegionRun, Step } from './region-run.ts';
import { judged, judgement, show, watchBake, watchedIn } from './watch.ts';

/**
 * Watches a region that is ready, while others get the release, people are asked or a window is shut: what turns bad
 * counts at any time (docs/design.md §5). `done` when all is well so far, also where nobody there answers, which is shown.
 */
export async function keepWatch(run: RegionRun): Promise<Step> {
  const seen = await look(run);
  if (seen === 'unseen') return 'done';
  if (!run.answers) reachable(run);
  if (seen.outcome !== 'advance') return judged(run, seen);
  show(run, seen);
  return 'done';
}

/** A region that did not answer is asked until it does. */
function look(run: RegionRun): Promise<BatchResult | 'unseen'> {
  const { region, absentAfterMs } = run.input;
  if (run.answers) return judgement(watchBake(run, inViewMs, 'kept in view'), run);
  const { watchBake: call } = patientLooks(region, absentAfterMs);
  return call.executeWithOptions({ summary: `${region}: a look, when it answers` }, [watchedIn(run, 0)]);
}
