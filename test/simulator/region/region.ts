import type { RegionName } from '../../../domain/names.ts';
import type { Call, Region, World } from '../world/world.ts';
import { advanceRegion } from './advance.ts';
import { watchBake, watchBatch, watchUndo } from './watches.ts';
import { beginRegion, controlRegion, finishRegion } from './write-step.ts';

type Activity = (world: World, region: Region, input: never, call: Call) => unknown;

/** Activities of a region's queues; `null` when there is nothing to answer yet. */
const activities: Readonly<Record<string, Activity>> = {
  replicate: () => ({ copied: true }),
  beginRegion,
  advanceRegion,
  finishRegion,
  holdRegion: (world, region, input) => controlRegion(world, region, 'hold', input),
  resumeRegion: (world, region, input) => controlRegion(world, region, 'resume', input),
  undoRegion: (world, region, input) => controlRegion(world, region, 'undo', input),
  watchBatch,
  watchBake,
  watchUndo,
};

/** @throws Error for an activity that regions don't have */
export function inRegion(world: World, region: Region, call: Call): unknown {
  const act = activities[call.name];
  if (act === undefined) throw new Error(`a region has no activity ${call.name}`);
  return act(world, region, call.input as never, call);
}

/** @throws Error for a region that isn't there */
export function regionOf(world: World, name: string): Region {
  const region = world.regions.get(name as RegionName);
  if (region === undefined) throw new Error(`there is no region ${name}`);
  return region;
}

/** Whether its worker takes up what the centre asks: not while nobody hears it, nor before a restored database was compared. */
export const answers = ({ dark, restored }: Region): boolean => !dark && !restored;
