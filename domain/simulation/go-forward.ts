import type { RegionName } from '../names.ts';
import { named } from '../progress/plain-text.ts';
import { hostsOf } from './model-fleet.ts';
import { keepInView, rollOutRegion, type RegionCourse } from './region-course.ts';
import type { Trouble, Until } from './region-steps.ts';
import type { SimulatedFaults, SimulatedPlan, SimulatedStage, TimelineEntry } from './simulated-plan.ts';

export interface Forward {
  /** Those that have begun. */
  readonly stages: readonly StageCourse[];
  /** When the last of them was over, if it was. */
  readonly endedMs: number;
}

interface StageCourse {
  readonly begun: TimelineEntry;
  readonly courses: readonly RegionCourse[];
}

export const coursesOf = ({ stages }: Pick<Forward, 'stages'>): readonly RegionCourse[] =>
  stages.flatMap(({ courses }) => courses);

/** Longer than anything takes, and less than what never comes. */
const never = Number.MAX_SAFE_INTEGER;

/**
 * Goes through the stages. What stops one region stops all, and while one is held no batch begins in any other; nothing
 * before that depends on it, so regions are gone through again, with what is known by then.
 */
export function goForward(plan: SimulatedPlan, faults: SimulatedFaults): Forward {
  const until = (stopMs: number, pauseMs: number): Forward => goThrough(plan, faults, { stopMs, pauseMs });
  const alone = until(never, never);
  const pauseMs = earliest(alone, 'hold');
  const paused = pauseMs < earliest(alone, 'stop') ? until(never, pauseMs) : alone;
  const stopMs = earliest(paused, 'stop');
  return stopMs === never ? paused : until(stopMs, pauseMs);
}

const earliest = (forward: Forward, verdict: Trouble['verdict']): number =>
  Math.min(never, ...thoseWith(forward, verdict).map(({ endedMs }) => endedMs));

/** Regions that came to this, the first one first. */
export const thoseWith = (forward: Forward, verdict: Trouble['verdict']): readonly RegionCourse[] =>
  coursesOf(forward)
    .filter(({ trouble }) => trouble?.verdict === verdict)
    .toSorted((a, b) => a.endedMs - b.endedMs);

/** Stage after stage; the regions of one go together, and those that are ready are kept in view. */
function goThrough(plan: SimulatedPlan, faults: SimulatedFaults, until: Until): Forward {
  const stages: StageCourse[] = [];
  const areReady = (): boolean => coursesOf({ stages }).every(({ isReady }) => isReady);
  let nowMs = 0;
  for (const stage of plan.stages) {
    if (nowMs > until.pauseMs || !areReady()) break;
    const begun = { atMs: nowMs, region: null, text: `stage ${stage.name}: ${named(regionsOf(stage))}` };
    const courses = rollOutStage(plan, faults, stage, { startMs: nowMs, until });
    stages.push({ begun, courses });
    nowMs = Math.max(...courses.map(({ endedMs }) => endedMs));
  }
  const isOver = nowMs <= until.pauseMs && areReady();
  const watchedMs = Math.min(until.stopMs, isOver ? nowMs : never);
  const inView = (course: RegionCourse): RegionCourse => (course.isReady ? keepInView(course, watchedMs) : course);
  return { stages: stages.map(({ begun, courses }) => ({ begun, courses: courses.map(inView) })), endedMs: nowMs };
}

const regionsOf = ({ regions }: SimulatedStage): readonly RegionName[] => regions.map(({ region }) => region);

const rollOutStage = (
  plan: SimulatedPlan,
  faults: SimulatedFaults,
  stage: SimulatedStage,
  { startMs, until }: { readonly startMs: number; readonly until: Until },
): readonly RegionCourse[] =>
  stage.regions.map((at) =>
    rollOutRegion({
      plan,
      stage,
      region: at.region,
      hosts: hostsOf(plan, faults, at, startMs),
      startMs,
      until,
      cutOffForMs: faults.cutOff.get(at.region) ?? 0,
      badInMs: faults.badWorld.get(at.region) ?? null,
    }),
  );
