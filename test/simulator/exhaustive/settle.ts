/** What nobody can see the order of happens at once: signals, and activities that change only what the centre knows. */
import { drain, openLaneIfNeeded, say } from '../events/people.ts';
import { hear, report, staysBy } from '../hosts/host.ts';
import * as calls from '../world/calls.ts';
import { deploymentId, laneId, reconcileId } from '../world/names.ts';
import type { Call, World } from '../world/world.ts';
import { deliver, startWorkflow } from '../world/workflows.ts';

/** Those whose order against a region's steps decides nothing. */
const isPlain = ({ place, name, waiter, isWatch = false }: Call): boolean =>
  waiter !== null && !isWatch && (place === 'centre' || name === 'replicate');

/** Long ago: a silence or a wait that began then is over by any limit. */
export const longAgoMs = -1_000_000_000;

export function settle(world: World): void {
  for (;;) {
    if (world.signals.length > 0) {
      deliver(world, 0);
      continue;
    }
    const plain = world.calls.find((call) => isPlain(call) && calls.canRun(world, call));
    if (plain !== undefined) {
      calls.run(world, plain);
      continue;
    }
    if (!routine(world) && !hostsHear(world)) break;
  }
  // Who watches has listened for long enough.
  for (const call of world.calls) if (call.isWatch === true) call.listeningSinceMs = longAgoMs;
}

/** A goal by which a host goes on with what it runs is heard at once, and so reported. */
function hostsHear(world: World): boolean {
  for (const region of world.regions.values()) {
    const { row } = region.database;
    if (row === null || region.restored) continue;
    for (const host of region.hosts) {
      if (!host.up || host.health === 'starting' || host.memory.floor?.generation === row.generation) continue;
      if (!staysBy(world, region, host, row)) continue;
      hear(world, region, host, row);
      report(
        world,
        region,
        region.hosts.find(({ id }) => id === host.id)!,
      );
      return true;
    }
  }
  return false;
}

/** The inbox loop, the lane's question after a deployment that is gone, and reconcile. */
function routine(world: World): boolean {
  const { centre, workflows } = world;
  if (workflows.get(laneId)?.status !== 'running') {
    openLaneIfNeeded(world);
    return workflows.get(laneId)?.status === 'running';
  }
  const waiting = centre.inbox.find(({ deployment, finished }) => deployment === null && !finished);
  if (waiting !== undefined) {
    drain(world, waiting.key);
    return true;
  }
  const open = [...centre.deployments.values()].find(({ started, outcome }) => started && outcome === null);
  const isLost = open !== undefined && workflows.get(deploymentId(open.number))?.status !== 'running';
  if (isLost && workflows.get(`recovery:${open.number}`)?.status !== 'running') {
    say(world, laneId, 'deploymentEnded', {});
    return true;
  }
  const owing = centre.obligations.find(
    ({ region }) =>
      world.regions.get(region)?.dark === false && workflows.get(reconcileId(region))?.status !== 'running',
  );
  if (owing === undefined) return false;
  const { region } = owing;
  if (world.calls.some(({ place }) => place === region)) return false;
  startWorkflow(world, { id: reconcileId(region), kind: 'reconcile', input: { region } });
  return true;
}
