import type { World } from '../world/world.ts';
import * as deployments from './deployment-records.ts';
import * as lanes from './lane-records.ts';
import { takeOverDeployment } from './lost-deployment.ts';
import * as obligations from './obligations.ts';

/** Activities of the queue `control`, as one transaction each. What builds and verifies always succeeds or is drawn. */
const activities: Readonly<Record<string, (world: World, input: never) => unknown>> = {
  holdService: deployments.holdService,
  planDeployment: deployments.planned,
  signRelease: deployments.signRelease,
  admitRelease: deployments.admitRelease,
  recordIntent: deployments.recordIntent,
  recordPointOfNoReturn: deployments.recordPointOfNoReturn,
  finishDeployment: deployments.finishDeployment,
  recordObligation: obligations.recordObligation,
  listObligations: obligations.listObligations,
  settleObligation: obligations.settleObligation,
  takeOverDeployment,
  followRegionUndo,
  loadLane: lanes.loadLane,
  openDeployment: lanes.openDeployment,
  startDeployment: lanes.startDeployment,
  describeDeployment: lanes.describeDeployment,
  cancelDeployment: lanes.cancelDeployment,
  recordLock: lanes.recordLock,
  recordRollback: lanes.recordRollback,
  findRollbackTarget: lanes.findRollbackTarget,
};

/** Waits for an undo of a region that another run has begun; `null` while it goes on. */
function followRegionUndo(world: World, { id }: { readonly id: string }): { readonly outcome: string } | null {
  const undo = world.workflows.get(id);
  if (undo?.status === 'running') return null;
  return (undo?.result as { readonly outcome: string } | null | undefined) ?? { outcome: 'lost' };
}

/** @throws Error for an activity that the centre doesn't have */
export function atCentre(world: World, name: string, input: object): unknown {
  const act = activities[name];
  if (act === undefined) throw new Error(`the centre has no activity ${name}`);
  return act(world, input as never);
}
