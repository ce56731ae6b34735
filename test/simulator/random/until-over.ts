/** All faults heal, everybody acts, and within a bounded number of rounds nothing may be left to do. */
import { drain, openLaneIfNeeded, sayToDeployment, sayToLane } from '../events/people.ts';
import { failsHere, hear as hearGoal, recover, replaceHost, report, show } from '../hosts/host.ts';
import { brokenAtTheEnd, whatIsOpen } from '../promises/at-the-end.ts';
import { becomes } from '../region/illness.ts';
import { compare } from '../region/restore.ts';
import * as calls from '../world/calls.ts';
import { reconcileId } from '../world/names.ts';
import { deliver, startWorkflow, tell } from '../world/workflows.ts';
import type { World } from '../world/world.ts';
import { note } from './course.ts';
import type { Course } from './course.ts';
import { mergeNow } from './what-people-do.ts';

/** Far above what the longest deployment needs: four batches, a bake, an undo's deadline and two reconciles. */
const roundsOfEach = 150;

export function untilOver(course: Course): void {
  const { world } = course;
  heal(course);
  const { deployments, inbox, obligations } = world.centre;
  const open = [...deployments.values()].filter(({ outcome }) => outcome === null).length;
  const mostRounds = roundsOfEach * (2 + open + inbox.filter(({ finished }) => !finished).length + obligations.length);
  for (let round = 1; round <= mostRounds && course.broken === null; round += 1) {
    note(course, 'round', round);
    oneRound(course, round);
    if (whatIsOpen(world) === null) {
      course.broken ??= brokenAtTheEnd(world);
      return;
    }
  }
  course.broken ??= { promise: '11', sentence: `stuck: ${whatIsOpen(world)}` };
}

function heal({ world }: Course): void {
  for (const region of world.regions.values()) {
    region.dark = false;
    becomes(region, false);
    for (const host of region.hosts) if (!host.up) replaceHost(region, { ...host, up: true });
  }
}

function oneRound(course: Course, round: number): void {
  const { world } = course;
  while (world.signals.length > 0) {
    const { name, from, to } = world.signals[0]!;
    note(course, 'signal', name, from, to);
    deliver(world, 0);
  }
  // What is asked for meanwhile has its turn in the next round.
  for (const call of world.calls.slice()) runOnce(course, call);
  hostsMove(course);
  timersFire(world);
  if (round % 3 === 0) everybodyActs(course, round);
  world.nowMs += 5_000;
}

function runOnce(course: Course, call: World['calls'][number]): void {
  const { world } = course;
  if (!world.calls.includes(call)) return;
  if (call.answer !== null) return calls.hear(world, call, call.answer.value);
  if (!calls.canRun(world, call)) return;
  note(course, call.name, call.place, call.waiter?.workflow ?? 'zombie', call.input);
  const isDone = calls.run(world, call);
  const isLate = call.givesUp === true && world.nowMs - call.askedAtMs > 300_000;
  if (!isDone && (isLate || call.waiter === null)) calls.giveUp(world, call);
}

function hostsMove({ world }: Course): void {
  for (const region of world.regions.values()) {
    for (const { id } of region.hosts) {
      if (region.restored) compare(world, region);
      const now = (): (typeof region.hosts)[number] => region.hosts.find((one) => one.id === id)!;
      const { row } = region.database;
      if (row !== null) hearGoal(world, region, now(), row);
      const fails = failsHere(world, region, now());
      show(world, region, now(), fails);
      if (now().health === 'unhealthy' && !fails) recover(region, now());
      report(world, region, now());
    }
  }
}

function timersFire(world: World): void {
  for (const timer of world.timers.filter(({ dueMs }) => dueMs <= world.nowMs)) {
    if (!world.timers.includes(timer)) continue;
    world.timers = world.timers.filter((one) => one !== timer);
    const record = world.workflows.get(timer.workflow);
    if (record !== undefined) tell(world, record, { told: 'timer', to: timer.by });
  }
}

/** A region that was held from inside can't finish: people bring it on by the next deployment. */
const waitsForNext = ({ centre, regions }: World): boolean =>
  centre.holder === null &&
  centre.inbox.every(({ finished }) => finished) &&
  centre.obligations.some(
    ({ region, kind }) => kind === 'finish' && regions.get(region)?.database.row?.mode === 'hold',
  );

/** Who has to decide does, lanes are opened, and schedules run. */
function everybodyActs(course: Course, round: number): void {
  const { world } = course;
  openLaneIfNeeded(world);
  if (world.centre.lock !== null) sayToLane(world, { verb: 'unlock', key: `unlock ${round}` });
  for (const { key, deployment, finished } of world.centre.inbox)
    if (deployment === null && !finished) drain(world, key);
  for (const { number, outcome, started } of world.centre.deployments.values()) {
    if (outcome !== null || !started) continue;
    sayToDeployment(world, number, 'approve');
    // What can't go on, because it fails again each time, is aborted in the end.
    const asked = (course.asked.get(number) ?? 0) + 1;
    course.asked.set(number, asked);
    sayToDeployment(world, number, asked % 12 === 0 ? 'abort' : 'resume');
  }
  if (waitsForNext(world)) mergeNow(course);
  const owing = new Set(world.centre.obligations.map(({ region }) => region));
  for (const region of owing) startWorkflow(world, { id: reconcileId(region), kind: 'reconcile', input: { region } });
}
