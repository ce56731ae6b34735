import type { recovery } from '../../workflows/index.ts';
import { abortUpdate } from '../../workflows/messages/deployment.ts';
import { recoveryStart } from '../../workflows/messages/recovery.ts';
import type { WorkflowWorld } from '../workflow-world/environment.ts';
import { until } from '../workflow-world/environment.ts';
import { createGate } from '../workflow-world/gate.ts';
import { wasStarted } from '../workflow-world/opened-lane.ts';
import type { ServiceWorld } from '../workflow-world/service-world.ts';
import { eu, eventsOf } from '../workflow-world/service-world.ts';
import { abort, abortedAt, first, ids, migration, small, started, heldIn, type Kept, type Shape } from './shapes.ts';

/** Terminated where it stands; `after` happens once recovery has begun. */
async function recovered(world: WorkflowWorld, service: ServiceWorld, after: () => unknown): Promise<Kept> {
  const { client } = world.env;
  await client.workflow.getHandle(ids(service)).terminate('by mistake');
  const handle = await client.workflow.start<typeof recovery>('recovery', recoveryStart(first(service)));
  await until(() => eventsOf(service).includes('recovery-started'));
  await after();
  await handle.result();
  return [[handle.workflowId, '']];
}

const asksFor = async (world: WorkflowWorld, workflowId: string, activity: string): Promise<boolean> => {
  const { events } = await world.env.client.workflow.getHandle(workflowId).fetchHistory();
  return events!.some((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);
};

/** Deployments that somebody terminated, and what recovery makes of them. */
export const lostShapes: Readonly<Record<string, Shape>> = {
  'recovery-holds': async (world, service) => {
    wasStarted(service);
    const held = service.regions[eu]!.gate('hold');
    await abortedAt(world, service, 'watch:1', true);
    await until(() => held.waiting() > 0);
    return recovered(world, service, () => held.open());
  },
  'recovery-leaves-it': async (world, service) => {
    wasStarted(service);
    service.plan = { ...small, rollback: { automatic: false, lockAfter: true } };
    const { gate, reached } = heldIn(service, 'watch:1');
    await started(world, service, 'stage-started');
    await reached();
    return recovered(world, service, () => gate.open());
  },
  'recovery-undoes-hooks': async (world, service) => {
    wasStarted(service);
    const none = { before: [], after: [] };
    service.plan = { ...small, hooks: { before: [migration], after: [], region: none } };
    service.hookLost = ({ command }) => command === migration.run;
    await started(world, service, 'hook-started');
    await until(() => service.hooksRan.includes(migration.run));
    return recovered(world, service, () => undefined);
  },
  'recovery-follows-an-undo': async (world, service) => {
    wasStarted(service);
    const undo = service.regions[eu]!.gate('undo');
    await abortedAt(world, service, 'watch:1');
    await until(() => undo.waiting() > 0);
    return recovered(world, service, async () => {
      await until(() => asksFor(world, `recovery:${service.service}:1`, 'followRegionUndo'));
      undo.open();
    });
  },
  'recovery-is-aborted': async (world, service) => {
    wasStarted(service);
    const { gate, reached } = heldIn(service, 'watch:1');
    await started(world, service, 'stage-started');
    await reached();
    service.takingOver = createGate();
    const { client } = world.env;
    await client.workflow.getHandle(ids(service)).terminate('by mistake');
    const handle = await client.workflow.start<typeof recovery>('recovery', recoveryStart(first(service)));
    void handle.executeUpdate(abortUpdate, { args: [{ ...abort.args[0], hold: true }] }).catch(() => undefined);
    service.takingOver.open();
    gate.open();
    await handle.result();
    return [[handle.workflowId, '']];
  },
};
