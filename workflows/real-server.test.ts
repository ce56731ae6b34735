import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TestTemporal } from '../test/temporal.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { WorkflowWorld } from '../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../test/workflow-world/environment.ts';
import { ap, eu, eventsOf, us } from '../test/workflow-world/service-world.ts';
import { abortUpdate } from './messages/deployment.ts';
import { lookSignal } from './messages/fleet.ts';

/** What the time-skipping server is lenient about: Temporal's own has the last word. */
let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

const connect = ({ address, namespace }: TestTemporal) =>
  TestWorkflowEnvironment.createFromExistingServer({ address, namespace });

describe('on a development server', () => {
  let world: WorkflowWorld;
  beforeAll(async () => {
    world = await createWorkflowWorld({ env: await connect(temporal) });
  });
  afterAll(() => world.close());

  test('a good release succeeds', async () => {
    expect((await (await world.deploy(world.service('good'))).result()).outcome).toBe('succeeded');
  });

  test('a bad one is undone in every region', async () => {
    const service = world.service('bad');
    service.regions[ap]!.judge = () => 'stop';
    expect((await (await world.deploy(service)).result()).outcome).toBe('undone');
  });

  test('one that is aborted leaves no step running, and its batches are cancelled', async () => {
    const service = world.service('aborted');
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
    const child = await world.env.client.workflow.getHandle('deployment:aborted:1:eu-west').describe();
    expect(child.status.name).toBe('CANCELLED');
    await until(() => service.regions[eu]!.gate('watch:1').waiting() === 0);
  });

  test('a batch that no region can be told of when a stop begins is not begun in its middle, but after it', async () => {
    const fleet = await world.openFleet();
    const service = world.service('unwritten');
    const region = service.regions[eu]!;
    const watch = region.gate('watch:1');
    const handle = await world.deploy(service, { asksFleet: true });
    await until(() => watch.waiting() > 0);
    region.away = true;
    watch.open();
    await until(() => service.intents.some(({ step }) => step === 'advance:2'));
    const child = world.env.client.workflow.getHandle(`deployment:unwritten:1:${eu}`);
    const isTried = async () => ((await child.describe()).raw.pendingActivities?.[0]?.attempt ?? 0) > 1;
    await until(isTried);
    const scope = { services: [], regions: [] };
    const when = { every: 'once', from: new Date(0).toISOString(), until: null } as const;
    const stop = {
      freeze: 7,
      kind: 'stop-the-line',
      owner: 'mo',
      reason: 'INC-7',
      policy: 'hold',
      scope,
      when,
    } as const;
    world.fleet.freezes.push(stop);
    await fleet.signal(lookSignal);
    await until(() => eventsOf(service).includes('region-paused'));
    // Nobody will try it again.
    await until(async () => ((await child.describe()).raw.pendingActivities ?? []).length === 0);
    region.away = false;
    expect(region.ran).not.toContain('advance:2');
    world.fleet.freezes.pop();
    await fleet.signal(lookSignal);
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(region.ran.filter((step) => step === 'advance:2')).toHaveLength(1);
  });

  test.each(['terminated', 'cancelled'] as const)(
    'one of whose regions is %s by somebody is undone, and says which workflow that was',
    async (verb) => {
      const service = world.service(`region-${verb}`);
      const watch = service.regions[us]!.gate('watch:1');
      const handle = await world.deploy(service);
      await until(() => watch.waiting() > 0);
      const id = `deployment:region-${verb}:1:${us}`;
      const rollout = world.env.client.workflow.getHandle(id);
      await (verb === 'terminated' ? rollout.terminate('by mistake') : rollout.cancel());
      const reason = `${id} was ${verb} in Temporal`;
      expect(await handle.result()).toEqual({ outcome: 'undone', reason, pending: [] });
      watch.open();
    },
  );

  test('one of whose regions is reset by somebody goes on with the new run, which repeats what was done, and says so', async () => {
    const service = world.service('region-reset');
    const watch = service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    const workflowId = `deployment:region-reset:1:${us}`;
    const { events } = await world.env.client.workflow.getHandle(workflowId).fetchHistory();
    const task = events!.find((event) => event.workflowTaskCompletedEventAttributes);
    await world.env.client.workflowService.resetWorkflowExecution({
      namespace: world.env.namespace!,
      workflowExecution: { workflowId },
      reason: 'to try again',
      requestId: workflowId,
      workflowTaskFinishEventId: task!.eventId!,
    });
    watch.open();
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [] });
    const ready = service.progress.findLast(({ message }) => message.startsWith(`${us} is ready`));
    expect(ready?.message).toBe(`${us} is ready; its workflow was reset in Temporal`);
    const others = service.progress.filter(({ message }) => message.startsWith(`${eu} is ready`));
    expect(others.map(({ message }) => message)).toEqual([`${eu} is ready`]);
  });

  test('one whose undo somebody terminates ends with an outcome, and the region owes its undo', async () => {
    const service = world.service('undo-terminated');
    const [watch, undo] = [service.regions[us]!.gate('watch:1'), service.regions[eu]!.gate('undo')];
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
    await until(() => undo.waiting() > 0);
    await world.env.client.workflow.getHandle('deployment:undo-terminated:1:eu-west:undo').terminate('by mistake');
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [eu] });
    expect(service.obligations).toMatchObject([{ region: eu, kind: 'undo' }]);
    expect(service.finished).toMatchObject([{ outcome: 'undone', pending: [eu] }]);
    undo.open();
  });
});

test('on a versioned worker a deployment is pinned to the version that it began on', async () => {
  const own = await connectTestTemporal();
  const version = { deploymentName: 'slipway-control', buildId: 'one' };
  const world = await createWorkflowWorld({ env: await connect(own), version });
  const { workflowService } = world.env.connection;
  await until(() =>
    workflowService.setWorkerDeploymentCurrentVersion({ namespace: own.namespace, ...version, identity: 'test' }).then(
      () => true,
      () => false, // no poller of this version is known yet
    ),
  );
  const handle = await world.deploy(world.service('pinned'));
  expect((await handle.result()).outcome).toBe('succeeded');
  const { raw } = await handle.describe();
  expect(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId).toBe('one');
  expect(raw.workflowExecutionInfo?.versioningInfo?.behavior).toBe(1); // PINNED
  await world.close();
  await own.close();
});
