import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TestTemporal } from '../test/temporal.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { WorkflowWorld } from '../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../test/workflow-world/environment.ts';
import { applyStep, snapshot } from '../test/workflow-world/region-world.ts';
import { eu, eventsOf, hash } from '../test/workflow-world/service-world.ts';
import { deploymentNumber, releaseNumber } from '../domain/names.ts';
import type { reconcile } from './index.ts';
import { statusQuery } from './messages/deployment.ts';
import { controlQueue, regionBulkQueue, regionQueue, regionUrgentQueue } from './messages/queues.ts';

/**
 * What comes after a limit of waiting for a worker, on Temporal's own server: the limits are those of `activity-options/`, in
 * a twentieth of their time.
 */
let temporal: TestTemporal;
let world: WorkflowWorld;
const open = async (...unpolled: readonly string[]): Promise<WorkflowWorld> => {
  const { address, namespace } = temporal;
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  return (world = await createWorkflowWorld({ env, hasShortWaits: true, unpolled }));
};
beforeEach(async () => {
  temporal = await connectTestTemporal();
});
afterEach(async () => {
  await world.close();
  await temporal.close();
});

describe('where nobody in a region takes anything up', () => {
  test('a copy says so, and succeeds when somebody does', async () => {
    await open(regionBulkQueue(eu));
    const service = world.service('uncopied');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('copy-waits'));
    const { regions } = await handle.query(statusQuery);
    expect(regions.find(({ region }) => region === eu)).toMatchObject({
      state: 'replicating',
      reason: 'not copied yet: nobody there takes it up',
    });
    expect(service.regions[eu]!.row).toBeNull();
    await world.startRegionWorker(regionBulkQueue(eu));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('a watch is given up: the region is shown as unreachable, and goes on when somebody does', async () => {
    await open(regionQueue(eu));
    const service = world.service('unwatched');
    const region = service.regions[eu]!;
    const write = region.gate('advance:1');
    const stop = await world.startRegionWorker(regionQueue(eu));
    const handle = await world.deploy(service);
    await until(() => write.waiting() > 0);
    const stopped = stop();
    write.open();
    await stopped;
    await until(() => eventsOf(service).includes('region-unreachable'));
    expect(eventsOf(service)).toContain('batch-advanced');
    expect(region.ran).not.toContain('watch:1');
    const { regions } = await handle.query(statusQuery);
    expect(regions.find((each) => each.region === eu)).toMatchObject({
      state: 'unreachable',
      reason: 'does not answer',
    });
    await world.startRegionWorker(regionQueue(eu));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).toContain('region-reachable');
    expect(region.ran.filter((step) => step === 'watch:1')).toHaveLength(1);
  });

  test('the watch of an undo that is owed ends soon, and the next run settles it', async () => {
    await open(regionUrgentQueue(eu));
    const service = world.service('unsettled');
    const region = service.regions[eu]!;
    const attempt = { deployment: deploymentNumber(1), local: 0 };
    const next = { release: { number: releaseNumber(1), digest: hash('a') }, selector: {} };
    applyStep(region, service.service, {
      kind: 'begin',
      id: 'begin',
      attempt,
      next,
      outcomes: [],
      canaries: [],
      snapshot,
    });
    const { generation } = region.row!;
    const ids = { service: service.service, deployment: attempt.deployment, region: eu };
    service.obligations = [
      { ...ids, kind: 'undo', attempt, generation, controlRevision: 1, reason: 'does not answer' },
    ];
    const undo = region.gate('undo');
    const stop = await world.startRegionWorker(regionUrgentQueue(eu));
    const run = (number: number) =>
      world.env.client.workflow.start<typeof reconcile>('reconcile', {
        workflowId: `reconcile:${eu}:${number}`,
        taskQueue: controlQueue,
        args: [{ region: eu }],
      });
    const first = await run(1);
    await until(() => undo.waiting() > 0);
    const stopped = stop();
    undo.open();
    await stopped;
    expect(await first.result()).toEqual({ owed: 1, settled: 0 });
    expect(region.row?.mode).toBe('undo');
    expect(region.ran).not.toContain('watch-undo');
    await world.startRegionWorker(regionUrgentQueue(eu));
    expect(await (await run(2)).result()).toEqual({ owed: 1, settled: 1 });
  });
});
