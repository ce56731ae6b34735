import { endingOf } from '../deployment/ending.ts';
import type { HostId, Position, RegionName } from '../names.ts';
import { counted, lasted, named } from '../progress/plain-text.ts';
import type { ModelHost } from './model-host.ts';
import { baseDigest, finishRegion, nextChangeMs, undoneIn, undoRegion } from './model-region.ts';
import { randomFrom } from './random.ts';
import { rollOutRegion, type RegionCourse } from './region-course.ts';
import type { SimulatedFaults, SimulatedPlan, SimulatedStage, Simulation, TimelineEntry } from './simulated-plan.ts';

type StageRegion = SimulatedStage['regions'][number];

/** Carries a plan out on a model fleet, and tells what happened when. */
export function simulateDeployment(plan: SimulatedPlan, faults: SimulatedFaults): Simulation {
  const entries: TimelineEntry[] = [];
  const courses: RegionCourse[] = [];
  let now = 0;
  for (const stage of plan.stages) {
    entries.push({ atMs: now, region: null, text: `stage ${stage.name}: ${named(regionsOf(stage))}` });
    const went = rollOutStage(plan, faults, stage, now);
    courses.push(...went);
    entries.push(...went.flatMap((course) => course.entries));
    const bad = went.find(({ end }) => end === 'stop') ?? went.find(({ end }) => end === 'hold' || end === 'wait');
    now = Math.max(...went.map(({ endedMs }) => endedMs));
    if (bad !== undefined) return ended(plan, courses, entries, bad);
  }
  for (const { at } of courses) finishRegion(at, now);
  const text = `succeeded in ${counted(courses.length, 'region')}`;
  return result(courses, [...entries, { atMs: now, region: null, text }], { outcome: 'succeeded', reason: text, now });
}

const regionsOf = ({ regions }: SimulatedStage): readonly RegionName[] => regions.map(({ region }) => region);

/** The regions of a stage go at the same time; the first that stops ends all of them, so they are gone through again. */
function rollOutStage(plan: SimulatedPlan, faults: SimulatedFaults, stage: SimulatedStage, startMs: number) {
  const run = (limitMs: number): readonly RegionCourse[] =>
    stage.regions.map((at) =>
      rollOutRegion({
        plan,
        stage,
        region: at.region,
        hosts: hostsOf(plan, faults, at),
        startMs,
        limitMs,
        cutOffForMs: faults.cutOff.get(at.region) ?? 0,
      }),
    );
  const alone = run(Number.POSITIVE_INFINITY);
  const stops = alone.filter(({ end }) => end === 'stop').map(({ endedMs }) => endedMs);
  return stops.length === 0 ? alone : run(Math.min(...stops) + 1);
}

/** Up to a third more or less than the average, and slower where the region is. */
function hostsOf(
  { host: times }: SimulatedPlan,
  { seed, failPercent, losePercent, slow }: SimulatedFaults,
  { region, hosts }: StageRegion,
): ModelHost[] {
  const random = randomFrom(seed + numberOf(region));
  const factor = slow.get(region) ?? 1;
  return Array.from({ length: hosts }, (_, index): ModelHost => {
    const spread = factor * (2 / 3 + (random() * 2) / 3);
    const { fetchMs, startMs, failMs } = times;
    // Whole ones, as clocks give: a bake must be over when it is over.
    const ms = (average: number, by: number): number => Math.round(average * by);
    return {
      host: `${region}-${index + 1}` as HostId,
      position: hexOf(random()) as Position,
      times: { fetchMs: ms(fetchMs, spread), startMs: ms(startMs, spread), failMs: ms(failMs, factor) },
      fails: random() * 100 < failPercent,
      vanishes: random() * 100 < losePercent,
      goal: null,
      running: baseDigest,
      health: 'healthy',
      refused: [],
      onDisk: [baseDigest],
      silentSinceMs: null,
      next: null,
    };
  });
}

/** Another one for each name. */
function numberOf(region: RegionName): number {
  let sum = 7;
  for (let index = 0; index < region.length; index += 1) sum = (sum * 31 + region.charCodeAt(index)) % 1_000_003;
  return sum;
}

const hexOf = (fraction: number): string =>
  Math.floor(fraction * 2 ** 48)
    .toString(16)
    .padStart(16, '0');

function ended(
  plan: SimulatedPlan,
  courses: readonly RegionCourse[],
  entries: readonly TimelineEntry[],
  bad: RegionCourse,
): Simulation {
  const { reason, endedMs } = bad;
  if (bad.end === 'hold') return result(courses, entries, { outcome: 'held', reason, now: endedMs });
  if (bad.end === 'wait') return result(courses, entries, { outcome: 'waiting', reason, now: endedMs });
  const stop = { cause: 'failed', hold: false, by: 'slipway', reason, at: '' } as const;
  if (endingOf(stop, true, plan.rollback).do !== 'undo') {
    const text = 'held: a person decides between undo and hold';
    const told = [...entries, { atMs: endedMs, region: null, text }];
    return result(courses, told, { outcome: 'held', reason, now: endedMs });
  }
  return undone(plan, courses, entries, bad);
}

/** Every region that has begun goes back, all at the same time. */
function undone(
  plan: SimulatedPlan,
  courses: readonly RegionCourse[],
  entries: readonly TimelineEntry[],
  { endedMs, reason }: RegionCourse,
): Simulation {
  const ends = courses.map((course) => ({ course, ...undoneAt(plan, course, endedMs) }));
  const pending = ends.filter((end) => end.pending).map(({ course }) => course.at.region);
  const now = Math.max(...ends.map(({ atMs }) => atMs));
  const told: TimelineEntry[] = [
    { atMs: endedMs, region: null, text: `stopped: ${reason}; every region goes back` },
    ...ends.map(({ course, atMs, text }) => ({ atMs, region: course.at.region, text })),
  ];
  const owed = pending.length === 0 ? '' : `, ${named(pending)} still to be undone`;
  told.push({ atMs: now, region: null, text: `undone after ${lasted(now - endedMs)}${owed}` });
  return result(courses, [...entries, ...told], { outcome: 'undone', reason, now, pending });
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
    const missing = unreachable.length === 0 ? '' : `, but for ${counted(unreachable.length, 'host')} that say nothing`;
    return { atMs: now, pending: false, text: `every host is back${missing}` };
  }
  return { atMs: deadlineMs, pending: true, text: 'not all hosts are back at the deadline: owes its undo' };
}

function result(
  courses: readonly RegionCourse[],
  entries: readonly TimelineEntry[],
  end: Pick<Simulation, 'outcome' | 'reason'> & { readonly now: number; readonly pending?: readonly RegionName[] },
): Simulation {
  const told = courses.flatMap(({ at }) => {
    const ordered = new Set(at.ordered);
    return at.hosts.filter(({ host }) => ordered.has(host));
  });
  return {
    outcome: end.outcome,
    reason: end.reason,
    tookMs: end.now,
    entries: entries.toSorted((a, b) => a.atMs - b.atMs),
    switched: told.length,
    failed: told.filter(({ refused }) => refused.length > 0).length,
    lost: told.filter(({ silentSinceMs }) => silentSinceMs !== null).length,
    pending: end.pending ?? [],
  };
}
