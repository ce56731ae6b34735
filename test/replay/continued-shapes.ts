import type { fleet, lane, reconcile } from '../../workflows/index.ts';
import { abortUpdate } from '../../workflows/messages/deployment.ts';
import { fleetStart, type FleetInput } from '../../workflows/messages/fleet.ts';
import {
  laneQuery,
  laneStart,
  lockUpdate,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
} from '../../workflows/messages/lane.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { releaseNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../workflow-world/environment.ts';
import { until } from '../workflow-world/environment.ts';
import { createGate } from '../workflow-world/gate.ts';
import { newerMerge, submission, wasStarted } from '../workflow-world/opened-lane.ts';
import { actLocally, terminalFault } from '../workflow-world/region-world.ts';
import type { ServiceWorld } from '../workflow-world/service-world.ts';
import { eu, eventsOf } from '../workflow-world/service-world.ts';
import { holdOwed } from './rare-shapes.ts';
import { first, heldIn, ids, small, whole, type Kept, type Shape } from './shapes.ts';

const message = (key: string) => ({ by: 'ada', reason: 'INC-7', key });
const endedOf = (service: ServiceWorld, count: number) => until(() => service.finished.length === count);

async function cancelled(handle: { cancel(): Promise<unknown>; result(): Promise<unknown> }): Promise<void> {
  await handle.cancel();
  await handle.result().catch(() => undefined);
}

/** Of a service whose deployment 1 is in its canary, and whose lane was lost: what a new one makes of that. */
async function adopted(world: WorkflowWorld, service: ServiceWorld, fails = false): Promise<Kept> {
  service.plan = small;
  wasStarted(service);
  const { gate, reached } = heldIn(service, 'watch:1');
  const active = await world.deploy(service);
  await reached();
  if (fails) service.rollback = { of: first(service).deployment, opened: null, ...message('r1'), traceparent: null };
  const handle = await world.openLane(service);
  await handle.executeUpdate(submitUpdate, submission(service, 'b', newerMerge('2')));
  gate.open();
  await active.result();
  if (fails) await handle.executeUpdate(unlockUpdate, { args: [message('u1')] });
  await endedOf(service, 2);
  await cancelled(handle);
  return [[handle.workflowId, '']];
}

/** Workflows that live on: in a new history, after their end, over what was left behind. */
export const continuedShapes: Readonly<Record<string, Shape>> = {
  'lane-continued': async (world, service) => {
    service.plan = small;
    const { gate, reached } = heldIn(service, 'watch:1');
    const { args, ...start } = laneStart(service.service);
    const options = { ...start, args: [{ ...args[0], maxUpdates: 1 }] as typeof args };
    const handle = await world.env.client.workflow.start<typeof lane>('lane', options);
    const { firstExecutionRunId } = handle;
    const lasting = world.env.client.workflow.getHandle<typeof lane>(handle.workflowId);
    await handle.executeUpdate(submitUpdate, submission(service, 'a'));
    await reached();
    await until(async () => (await lasting.describe()).runId !== firstExecutionRunId);
    await lasting.executeUpdate(submitUpdate, submission(service, 'b', newerMerge('2')));
    gate.open();
    await endedOf(service, 2);
    await cancelled(lasting);
    return [
      [handle.workflowId, '.first', firstExecutionRunId],
      [handle.workflowId, ''],
    ];
  },
  'lane-adopts': (world, service) => adopted(world, service),
  'lane-adopts-a-rollback': (world, service) => adopted(world, service, true),
  'lane-named-rollbacks': async (world, service) => {
    service.plan = small;
    const handle = await world.openLane(service);
    const back = (key: string, named: object) =>
      handle.executeUpdate(rollbackUpdate, { args: [{ ...message(key), ...named, traceparent: null }] });
    await back('r1', { to: releaseNumber(999) });
    await back('r2', { to: releaseNumber(7) });
    await endedOf(service, 1);
    await until(async () => (await handle.query(laneQuery)).active === null);
    await back('r3', { regions: [eu] });
    await endedOf(service, 2);
    await cancelled(handle);
    return [[handle.workflowId, '']];
  },
  'lane-locked-till': async (world, service) => {
    service.plan = small;
    const handle = await world.openLane(service);
    const until = new Date((await world.env.currentTimeMs()) + 3_600_000).toISOString();
    await handle.executeUpdate(lockUpdate, { args: [{ ...message('l1'), until }] });
    await handle.executeUpdate(rollbackUpdate, { args: [{ ...message('r1'), traceparent: null }] });
    await endedOf(service, 1);
    await cancelled(handle);
    return [[handle.workflowId, '']];
  },
  'lane-follow-up-refused': async (world, service) => {
    service.plan = small;
    const { reached } = heldIn(service, 'watch:1');
    const held = service.regions[eu]!.gate('hold');
    const handle = await world.openLane(service);
    await handle.executeUpdate(submitUpdate, submission(service, 'a'));
    await reached();
    const active = world.env.client.workflow.getHandle(ids(service));
    await active.executeUpdate(abortUpdate, { args: [{ by: 'kim', reason: '', hold: true }] });
    await handle.executeUpdate(rollbackUpdate, { args: [{ ...message('r1'), traceparent: null }] });
    const broken = (): never => {
      throw terminalFault('nobody can say what ran before');
    };
    Object.defineProperty(service, 'rollbackTarget', { get: broken });
    held.open();
    await until(() => service.refusedRollbacks.length > 0);
    await cancelled(handle);
    return [[handle.workflowId, '']];
  },
  'lane-aborts-a-recovery': async (world, service) => {
    service.plan = small;
    const { gate, reached } = heldIn(service, 'watch:1');
    const handle = await world.openLane(service);
    await handle.executeUpdate(submitUpdate, submission(service, 'a'));
    await reached();
    service.takingOver = createGate();
    await world.env.client.workflow.getHandle(ids(service)).terminate('by mistake');
    await handle.executeUpdate(rollbackUpdate, { args: [{ ...message('r1'), traceparent: null }] });
    service.takingOver.open();
    gate.open();
    await endedOf(service, 1);
    await cancelled(handle);
    return [[handle.workflowId, '']];
  },
  'fleet-continued': fleetContinued({ maxTurns: 1 }),
  'fleet-continued-by-events': fleetContinued({ maxTurns: 1_000, maxEvents: 1 }),
  'region-over-a-night': async (world, service) => {
    service.plan = small;
    const region = service.regions[eu]!;
    const { gate, reached } = heldIn(service, 'watch:1');
    const handle = await world.deploy(service);
    await reached();
    gate.open();
    region.hosts = 0;
    await until(() => eventsOf(service).includes('region-waiting'));
    const child = world.env.client.workflow.getHandle(`${ids(service)}:${eu}`);
    const { runId } = await child.describe();
    await until(async () => {
      await world.env.sleep('5m');
      return (await child.describe()).runId !== runId;
    });
    region.hosts = 4;
    await handle.result();
    // The first run has thousands of events, all of a kind.
    return [[child.workflowId, '.region']];
  },
  'reconcile-held': async (world, service) => {
    await holdOwed(world, service);
    const region = service.regions[eu]!;
    actLocally(region, 'hold');
    await world.env.client.workflow.execute<typeof reconcile>('reconcile', {
      workflowId: 'settles',
      taskQueue: controlQueue,
      args: [{ region: eu }],
    });
    return [['settles', ''], ...whole(service).map(([id]) => [id, '.deployment'] as const)];
  },
};

/** One slot for all, in a fleet whose first history ends after its first turn. */
function fleetContinued(most: Pick<FleetInput, 'maxTurns' | 'maxEvents'>): Shape {
  return async (world, service) => {
    service.plan = small;
    world.fleet.caps = { overall: 1, perRegion: null };
    const start = { ...fleetStart(), args: [{ carried: null, ...most }] as ReturnType<typeof fleetStart>['args'] };
    const handle = await world.env.client.workflow.start<typeof fleet>('fleet', start);
    const { firstExecutionRunId } = handle;
    const { gate, reached } = heldIn(service, 'watch:1');
    const ahead = await world.deploy(service, { asksFleet: true });
    await reached();
    const second = world.service(`${service.service}-second`);
    second.plan = small;
    const behind = await world.deploy(second, { asksFleet: true });
    await until(() => eventsOf(second).includes('slot-awaited'));
    gate.open();
    await ahead.result();
    await behind.result();
    await cancelled(world.env.client.workflow.getHandle(handle.workflowId));
    return [
      [handle.workflowId, '.first', firstExecutionRunId],
      [handle.workflowId, '.fleet'],
      [ids(second), ''],
    ];
  };
}
