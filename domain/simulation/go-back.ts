import type { RegionName } from '../names.ts';
import { counted, lasted, named } from '../progress/plain-text.ts';
import { nextChangeMs, undoneIn, undoRegion } from './model-region.ts';
import type { RegionCourse } from './region-course.ts';
import type { SimulatedPlan, TimelineEntry } from './simulated-plan.ts';

/** How it went, and when the last region was undone or owed it. */
export interface Back {
  readonly endedMs: number;
  readonly pending: readonly RegionName[];
  readonly entries: readonly TimelineEntry[];
}

/** Every region that has begun goes back, all at the same time. */
export function goBack(
  plan: SimulatedPlan,
  courses: readonly RegionCourse[],
  { endedMs: stoppedMs, reason }: { readonly endedMs: number; readonly reason: string },
): Back {
  const ends = courses.map((course) => ({ region: course.at.region, ...undoneAt(plan, course, stoppedMs) }));
  const pending = ends.filter((end) => end.pending).map(({ region }) => region);
  const endedMs = Math.max(...ends.map(({ atMs }) => atMs));
  const owed = pending.length === 0 ? '' : `, ${named(pending)} still to be undone`;
  const entries = [
    { atMs: stoppedMs, region: null, text: `stopped: ${reason}; every region goes back` },
    ...ends.map(({ region, atMs, text }) => ({ atMs, region, text })),
    { atMs: endedMs, region: null, text: `undone after ${lasted(endedMs - stoppedMs)}${owed}` },
  ];
  return { endedMs, pending, entries };
}

interface RegionUndone {
  readonly atMs: number;
  readonly pending: boolean;
  readonly text: string;
}

/** From the goal on its way to a host until the region has its report, where the host has nothing to do. */
const reportMs = 1_000;

/** One that can't be reached in time owes it. */
function undoneAt(plan: SimulatedPlan, { at, cutOffUntilMs }: RegionCourse, fromMs: number): RegionUndone {
  const deadlineMs = fromMs + plan.undoDeadlineMs;
  const toldMs = Math.max(fromMs, cutOffUntilMs);
  if (toldMs > deadlineMs) {
    const text = `can't be reached: owes its undo, and does it ${lasted(toldMs - fromMs)} after the stop`;
    return { atMs: deadlineMs, pending: true, text };
  }
  undoRegion(at, toldMs);
  for (let now = toldMs + reportMs; now <= deadlineMs; now = Math.max(nextChangeMs(at, now), now + 500)) {
    const { verdict, unreachable } = undoneIn(at, now);
    if (verdict === 'wait') continue;
    const missing = unreachable.length === 0 ? '' : `, but for ${counted(unreachable.length, 'silent host')}`;
    return { atMs: now, pending: false, text: `every host is back${missing}` };
  }
  return { atMs: deadlineMs, pending: true, text: 'not all hosts are back at the deadline: owes its undo' };
}
