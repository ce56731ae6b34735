/** One step of a seed: something moves, somebody acts, or something goes wrong. */
import { actLocally, openLaneIfNeeded } from '../events/people.ts';
import {
  fail,
  failsHere,
  hear as hearGoal,
  newHost,
  pin,
  recover,
  replaceHost,
  report,
  show,
  unpin,
} from '../hosts/host.ts';
import { becomes } from '../region/illness.ts';
import { compare, openBackup } from '../region/restore.ts';
import * as calls from '../world/calls.ts';
import { deploymentId, hostAt, laneId, reconcileId } from '../world/names.ts';
import type { Call, Region } from '../world/world.ts';
import { deliver, startWorkflow, tell, terminate } from '../world/workflows.ts';
import { note } from './course.ts';
import type { Course } from './course.ts';
import { deliverAgain, personActs } from './what-people-do.ts';

export function happen(course: Course): void {
  const { random, scenario } = course;
  const at = random.unit();
  if (at < 0.03 * scenario.people) return personActs(course);
  if (at < 0.03 * scenario.people + 0.06 * scenario.trouble) return goWrong(course);
  if (random.chance(scenario.endsLate) && terminateFinishing(course)) return;
  return random.pick(movesOf(course))(course);
}

/** What can move now, each as often as it shall be picked. */
function movesOf({ world }: Course): readonly ((course: Course) => void)[] {
  const moves = [handOver, tick, tick, anyHostMoves, anyHostMoves, anyHostMoves];
  if (world.centre.obligations.length > 0) moves.push(startReconcile);
  if (world.calls.length > 0) moves.push(callMoves, callMoves, callMoves, callMoves, callMoves);
  if (world.signals.length > 0) moves.push(takeSignal, takeSignal, takeSignal);
  if (world.timers.some(({ dueMs }) => dueMs <= world.nowMs)) moves.push(fireTimer);
  return moves;
}

const anyHostMoves = (course: Course): void =>
  hostMoves(course, course.random.pick([...course.world.regions.values()]));

function takeSignal(course: Course): void {
  const { world, random } = course;
  // In order between the same two; else any.
  const at = random.chance(0.8) ? 0 : random.below(world.signals.length);
  const { from, to } = world.signals[at]!;
  const first = world.signals.findIndex((signal) => signal.from === from && signal.to === to);
  note(course, 'signal', world.signals[first]!.name, from, to);
  deliver(world, first);
}

function tick(course: Course): void {
  const ms = course.random.pick([1_000, 5_000, 10_000, 40_000]);
  note(course, 'tick', ms);
  course.world.nowMs += ms;
}

function handOver(course: Course): void {
  const { world, random } = course;
  const waiting = world.centre.inbox.filter(({ deployment, finished }) => deployment === null && !finished);
  if (waiting.length > 0 || random.chance(0.1)) return deliverAgain(course);
  openLaneIfNeeded(world);
}

function fireTimer(course: Course): void {
  const { world, random } = course;
  const due = world.timers.filter(({ dueMs }) => dueMs <= world.nowMs);
  const timer = random.pick(due);
  note(course, 'timer', timer.workflow, timer.what);
  world.timers = world.timers.filter((one) => one !== timer);
  const record = world.workflows.get(timer.workflow);
  if (record !== undefined) tell(world, record, { told: 'timer', to: timer.by });
}

export function startReconcile({ world, random }: Course): void {
  const { name } = random.pick([...world.regions.values()]);
  startWorkflow(world, { id: reconcileId(name), kind: 'reconcile', input: { region: name } });
}

export function callMoves(course: Course): void {
  const { world, random } = course;
  if (world.calls.length === 0) return;
  const call = random.pick(world.calls);
  if (call.answer !== null) {
    note(course, 'answer', call.name, call.place, { value: call.answer.value });
    return calls.hear(world, call, call.answer.value);
  }
  if (!calls.canRun(world, call)) {
    if (call.givesUp === true && random.chance(0.3)) giveUp(course, call);
    return;
  }
  moveCall(course, call);
}

function moveCall(course: Course, call: Call): void {
  const { world, random, scenario } = course;
  const { name, place, input, waiter } = call;
  const at = random.unit();
  const how = at < 0.03 ? 'twice' : at < 0.03 + 0.25 * scenario.trouble ? random.pick(oddly) : 'once';
  note(course, name, place, waiter?.workflow ?? 'zombie', how, input);
  switch (how) {
    case 'once':
      return void calls.run(world, call);
    case 'twice':
      return calls.runTwice(world, call);
    case 'unheard':
      return calls.runUnheard(world, call);
    case 'slowly':
      return calls.runSlowly(world, call);
    case 'with a copy':
      return calls.runWithCopy(world, call);
    case 'given up':
      return call.givesUp === true ? giveUp(course, call) : undefined;
    case 'dropped':
      return waiter === null ? calls.remove(world, call) : undefined;
  }
}

const oddly = ['unheard', 'slowly', 'with a copy', 'given up', 'dropped'] as const;

function giveUp(course: Course, call: Call): void {
  note(course, 'gives up', call.name, call.place);
  calls.giveUp(course.world, call);
}

/** A host that has something to do does it: shows how it is, hears what is new, or reports. */
export function hostMoves(course: Course, region: Region): void {
  const { world, random } = course;
  const host = random.pick(region.hosts);
  if (!host.up) return;
  const { row } = region.database;
  const fails = failsHere(world, region, host);
  if (host.health === 'starting' && random.chance(0.6)) {
    note(course, host.id, fails ? 'fails' : 'is well on', host.memory.running);
    return show(world, region, host, fails);
  }
  if (host.health === 'healthy' && region.ill && random.chance(0.5)) {
    note(course, host.id, 'fails with all around it', host.memory.running);
    return fail(world, region, host);
  }
  if (host.health === 'unhealthy' && !fails && random.chance(0.3)) {
    note(course, host.id, 'is well again on', host.memory.running);
    return recover(region, host);
  }
  const isNews = row !== null && host.memory.floor?.generation !== row.generation;
  if (row !== null && !region.restored && random.chance(isNews ? 0.6 : 0.05)) {
    note(course, host.id, 'hears', row.lastStep.id, row.generation);
    return hearGoal(world, region, host, row);
  }
  note(course, host.id, 'reports', host.memory.running, host.health);
  report(world, region, host);
}

function goWrong(course: Course): void {
  const { world, random, scenario } = course;
  const region = random.pick([...world.regions.values()]);
  const host = random.pick(region.hosts);
  const what = random.pick(scenario.faults);
  note(course, 'fault', what, region.name, host.id);
  switch (what) {
    case 'dark':
      return void (region.dark = !region.dark);
    case 'light':
      return void (region.dark = false);
    case 'down':
      return replaceHost(region, { ...host, up: !host.up });
    case 'pin':
      return host.memory.running === null ? undefined : pin(world, region, host, host.memory.running);
    case 'unpin':
      return unpin(region, host);
    case 'fails':
      return random.chance(0.3) ? fail(world, region, host) : undefined;
    case 'ill':
      return becomes(region, !region.ill);
    case 'joins':
      return void (region.hosts = [...region.hosts, newHost(hostAt(region.name, region.hosts.length))]);
    case 'old goal':
      return region.served.length === 0 ? undefined : hearGoal(world, region, host, random.pick(region.served));
    case 'backup':
      return void (region.backup = region.database);
    case 'restore':
      return restore(course, region);
    case 'compare':
      return region.restored && !region.dark ? compare(world, region) : undefined;
    case 'terminate':
      return terminateOne(course);
    case 'terminate lane':
      return terminate(world, laneId);
    case 'local hold':
      return actLocally(world, region, 'hold');
    case 'local rollback':
      return actLocally(world, region, 'rollback');
  }
}

function restore({ world, random }: Course, region: Region): void {
  if (region.backup === null) return;
  openBackup(world, region);
  if (random.chance(0.3)) region.behindMs = 3_600_000;
}

/** False when none is past its point of no return. */
function terminateFinishing(course: Course): boolean {
  const open = [...course.world.centre.deployments.values()];
  const late = open.find(({ outcome, pointOfNoReturn }) => outcome === null && pointOfNoReturn);
  if (late === undefined) return false;
  note(course, 'late', late.number, 'is terminated');
  terminate(course.world, deploymentId(late.number));
  return true;
}

function terminateOne({ world }: Course): void {
  const open = [...world.centre.deployments.values()].find(({ outcome, started }) => outcome === null && started);
  if (open !== undefined) terminate(world, deploymentId(open.number));
}
