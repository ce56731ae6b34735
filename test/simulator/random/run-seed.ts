import { realDecisions } from '../decisions.ts';
import type { Decisions } from '../decisions.ts';
import { seeded } from '../engine/random.ts';
import { brokenNow } from '../promises/always.ts';
import { brokenBy } from '../promises/promises.ts';
import { newWorld } from '../world/new-world.ts';
import type { World } from '../world/world.ts';
import { linesOf } from './course.ts';
import type { Course } from './course.ts';
import { drawScenario, qualityOf } from './scenario.ts';
import { untilOver } from './until-over.ts';
import { happen } from './what-happens.ts';
import { mergeNow } from './what-people-do.ts';

export interface BrokenSeed {
  readonly seed: number;
  readonly promise: string;
  readonly sentence: string;
  /** The last events before it broke. */
  readonly events: readonly string[];
}

export interface SeedRun {
  readonly broken: BrokenSeed | null;
  readonly events: number;
  readonly course: Course;
}

/** Everything that one seed stands for: the same each time. */
export function runSeed(seed: number, decisions: Decisions = realDecisions): SeedRun {
  const random = seeded(seed);
  const scenario = drawScenario(random);
  const world: World = newWorld(
    {
      regions: scenario.regions,
      spec: scenario.spec,
      decisions,
      quality: qualityOf(scenario),
      keepsHistory: false,
      notice: (at, notice) => void (course.broken ??= brokenBy(at, notice)),
    },
    scenario.hosts,
    scenario.otherServices,
  );
  const course: Course = {
    world,
    random,
    scenario,
    made: 0,
    commits: [],
    moves: new Set(),
    asked: new Map(),
    broken: null,
    happened: [],
  };
  mergeNow(course);
  for (let ended = 0; ended < scenario.deployedBefore; ended += 1) {
    if (ended > 0) mergeNow(course);
    untilOver(course);
  }
  for (let step = 0; step < scenario.steps && course.broken === null; step += 1) {
    happen(course);
    course.broken ??= brokenNow(world);
  }
  if (course.broken === null) untilOver(course);
  const { broken } = course;
  const found = broken && { seed, ...broken, events: linesOf(course, 40) };
  return { broken: found, events: course.happened.length, course };
}
