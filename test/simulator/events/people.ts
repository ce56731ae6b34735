/** What people and their tools do, from outside. */
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { deploymentId, laneId, service } from '../world/names.ts';
import type { LaneMessage } from '../workflows/lane-run.ts';
import type { Region, World } from '../world/world.ts';
import { startWorkflow, tell } from '../world/workflows.ts';
import { clockOf, storeGoal } from '../region/write-step.ts';

/** A message to a workflow, heard at once; one that has gone hears nothing. */
export function say(world: World, workflow: string, name: string, payload: object): void {
  const record = world.workflows.get(workflow);
  if (record !== undefined) tell(world, record, { told: 'signal', name, payload });
}

export const sayToLane = (world: World, message: LaneMessage): void => say(world, laneId, 'message', message);

export const sayToDeployment = (world: World, deployment: number, verb: string, hold = false): void =>
  say(world, deploymentId(deployment), verb, { hold });

export const skipRegion = (world: World, deployment: number, region: RegionName): void =>
  say(world, deploymentId(deployment), 'skipRegion', { region });

/** A push that moved the branch, as its webhook is accepted. It is new: no other moved the branch like that before. */
export function merge(world: World, before: string, after: string): void {
  const key = world.setting.decisions.deliveryKey(service, 'main', before, after);
  const isKnown = world.centre.inbox.some((row) => row.key === key);
  world.setting.notice(world, { kind: 'merge accepted', key, isKnown });
  if (!isKnown) world.centre.inbox = [...world.centre.inbox, { key, commit: after, deployment: null, finished: false }];
}

/** The inbox loop: opens the lane if it is needed, and hands it the row; also one that it may have had before. */
export function drain(world: World, key: string): void {
  openLaneIfNeeded(world);
  const request = { key, kind: 'rollout', release: null } as const;
  sayToLane(world, { verb: 'submit', request, queueWhenLocked: true });
}

/** workers/inbox-loop.ts with docs/goal-protocol.md §8: a lane is opened where there is something to do for it. */
export function openLaneIfNeeded(world: World): void {
  const { centre, workflows } = world;
  const need = {
    unfinishedRows: centre.inbox.filter(({ finished }) => !finished).length,
    openNumbers: [...centre.deployments.values()].filter(({ outcome }) => outcome === null).length,
    serviceHeld: centre.holder !== null,
    laneOpen: workflows.get(laneId)?.status === 'running',
  };
  if (world.setting.decisions.needsLane(need)) startWorkflow(world, { id: laneId, kind: 'lane', input: {} });
  const open = [...centre.deployments.values()].filter(({ outcome }) => outcome === null);
  const waiting = { begun: open.some(({ started }) => started), lock: centre.lock, waiting: open };
  if (world.setting.decisions.needsLook(waiting)) say(world, laneId, 'look', {});
}

export function deploy(world: World, release: ReleaseNumber, key: string, queueWhenLocked: boolean): void {
  sayToLane(world, { verb: 'submit', request: { key, kind: 'roll-forward', release }, queueWhenLocked });
}

export const withdraw = (world: World, deployment: DeploymentNumber, key: string): void =>
  sayToLane(world, { verb: 'withdraw', deployment, key });

/** Somebody inside the region acts without the centre. */
export function actLocally(world: World, region: Region, verb: 'hold' | 'rollback'): void {
  const { row } = region.database;
  if (row === null || region.restored) return;
  const { decideLocalHold, decideLocalRollback } = world.setting.decisions;
  const hosts = Math.max(0, ...Object.values(region.database.said).map(({ generation }) => generation));
  const floors = { centre: region.lastWritten, hosts: hosts as typeof row.generation, nowMs: clockOf(world, region) };
  const where = { service: service as ServiceName, region: region.name };
  const decision = (verb === 'hold' ? decideLocalHold : decideLocalRollback)(row, floors, where);
  if (decision.outcome === 'written') storeGoal(world, region, decision.row, `local ${verb}`);
}
