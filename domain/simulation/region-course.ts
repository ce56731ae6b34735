import type { Verdict } from '../goal/region-view.ts';
import { beginRegion, holdRegion, judgeBakeOf, openRegion, type ModelRegion } from './model-region.ts';
import { bake, runBatch, troubleOf } from './region-steps.ts';
import type { Going, RegionStart, Step, Trouble } from './region-steps.ts';
import type { TimelineEntry } from './simulated-plan.ts';
import { untilJudged } from './until-judged.ts';

/** How a region went forward. */
export interface RegionCourse {
  readonly at: ModelRegion;
  /** All batches are good, and the bake. */
  readonly isReady: boolean;
  /** Why it went no further by itself; `null` when it is ready, paused, or another region has stopped it. */
  readonly trouble: Trouble | null;
  /** When the centre knew it. */
  readonly endedMs: number;
  readonly entries: readonly TimelineEntry[];
  /** Until when the centre can't reach it; 0 when it always can. */
  readonly cutOffUntilMs: number;
}

/** Brings the release to one region: begin, each batch when the one before is good, bake. */
export function rollOutRegion(start: RegionStart): RegionCourse {
  const { region, plan, hosts, stage, startMs } = start;
  const going: Going = { start, at: openRegion(region, plan, hosts), entries: [], nowMs: startMs, cutOffUntilMs: 0 };
  beginRegion(going.at, startMs);
  for (const index of stage.batches.keys()) {
    const step = runBatch(going, index + 1);
    if (step !== 'done') return ended(going, step);
  }
  return ended(going, stage.bakeMs === 0 ? 'done' : bake(going));
}

/** A region that is ready, for as long as others are not: what turns bad there counts as in a bake that has no end. */
export function keepInView(course: RegionCourse, untilMs: number): RegionCourse {
  const { at, endedMs } = course;
  at.sinceMs = endedMs;
  const judge = (atMs: number): Verdict => judgeBakeOf(at, Number.POSITIVE_INFINITY, atMs);
  const judged = untilJudged(at, { fromMs: endedMs, untilMs, limitsMs: [] }, judge);
  if (judged === null) return course;
  return inTrouble({ ...course, endedMs: judged.atMs }, troubleOf(at, judged.said)!);
}

function ended({ at, entries, nowMs, cutOffUntilMs, start }: Going, step: Step): RegionCourse {
  const endedMs = Math.max(nowMs, cutOffUntilMs);
  const course = { at, entries, endedMs, cutOffUntilMs, isReady: false, trouble: null };
  // What the centre hears later stops nobody any more.
  if (step === 'cut short' || endedMs > start.until.stopMs) return course;
  if (step !== 'done') return inTrouble(course, step);
  return { ...course, isReady: true, entries: [...entries, { atMs: endedMs, region: at.region, text: 'ready' }] };
}

function inTrouble(course: RegionCourse, trouble: Trouble): RegionCourse {
  const { at, endedMs, entries } = course;
  if (trouble.verdict === 'hold') holdRegion(at, endedMs);
  const told = { atMs: endedMs, region: at.region, text: trouble.text };
  return { ...course, isReady: false, trouble, entries: [...entries, told] };
}
