/** What becomes of an activity that was asked for: it is done, done and not heard of, done again, or given up. */
import { atCentre } from '../centre/centre.ts';
import { answers, inRegion, regionOf } from '../region/region.ts';
import type { Call, World } from './world.ts';
import { tell } from './workflows.ts';

/** Whether the place takes it up. */
export const canRun = (world: World, call: Call): boolean =>
  call.answer === null && (call.place === 'centre' || answers(regionOf(world, call.place)));

/** Does it, once more if it was done before; `undefined` when there is nothing to answer yet. */
function execute(world: World, call: Call): { readonly value: unknown } | null {
  const isCentre = call.place === 'centre';
  const value = isCentre ? atCentre(world, call.name, call.input) : inRegion(world, regionOf(world, call.place), call);
  return value === null ? null : { value };
}

/** Done, and the answer is heard at once. False when it had nothing to answer. */
export function run(world: World, call: Call): boolean {
  const answer = execute(world, call);
  if (answer === null) return false;
  hear(world, call, answer.value);
  return true;
}

/** Done, and nobody hears of it: it will be tried again. */
export function runUnheard(world: World, call: Call): void {
  execute(world, call);
}

/** Done, and the answer takes its time. */
export function runSlowly(world: World, call: Call): void {
  call.answer = execute(world, call);
}

/** Done and heard, and another attempt of it is still on its way. */
export function runWithCopy(world: World, call: Call): void {
  const copy: Call = { ...call, waiter: null };
  if (run(world, call) && call.isWatch !== true) world.calls.push(copy);
}

/** Done twice in a row: the second time must find that it was done (docs/design.md §8, promise 10). */
export function runTwice(world: World, call: Call): void {
  const first = execute(world, call);
  if (first === null) return;
  const before = traces(world);
  const second = execute(world, call);
  const same = traces(world) === before;
  world.setting.notice(world, { kind: 'done twice', call, first: first.value, second: second?.value, same });
  hear(world, call, first.value);
}

/** All that an activity may change. */
function traces({ centre, regions }: World): string {
  const { deployments, releases, places, outcomes, ...rest } = centre;
  const rows = [...regions.values()].map(({ database }) => [database.row, database.batches.length, database.snapshots]);
  return JSON.stringify([rest, [...deployments], [...releases], [...places], [...outcomes], rows]);
}

export function hear(world: World, call: Call, value: unknown): void {
  remove(world, call);
  const { waiter } = call;
  const record = waiter === null ? undefined : world.workflows.get(waiter.workflow);
  if (waiter !== null && record !== undefined) tell(world, record, { told: 'answer', to: waiter.by, answer: value });
}

/** The place didn't answer in time, and who waits is told so. */
export function giveUp(world: World, call: Call): void {
  const { waiter } = call;
  if (call.isWatch === true) remove(world, call);
  else call.waiter = null;
  const record = waiter === null ? undefined : world.workflows.get(waiter.workflow);
  if (waiter !== null && record !== undefined) tell(world, record, { told: 'fault', to: waiter.by });
}

export function remove(world: World, call: Call): void {
  const at = world.calls.indexOf(call);
  if (at !== -1) world.calls.splice(at, 1);
}
