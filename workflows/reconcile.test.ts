import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Obligation } from '../activities/deployment-record/contract.ts';
import { deploymentNumber } from '../domain/names.ts';
import type { Generation } from '../domain/names.ts';
import type { WorkflowWorld } from '../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../test/workflow-world/environment.ts';
import { benignFault } from '../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../test/workflow-world/service-world.ts';
import { eu } from '../test/workflow-world/service-world.ts';
import type { reconcile } from './index.ts';
import { abortUpdate } from './messages/deployment.ts';
import { controlQueue } from './messages/queues.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

let runs = 0;
const run = (region = eu) =>
  world.env.client.workflow.execute<typeof reconcile>('reconcile', {
    workflowId: `reconcile:${region}:${(runs += 1)}`,
    taskQueue: controlQueue,
    args: [{ region }],
  });

/** A deployment that was aborted in eu-west while the region did not answer. */
async function abortedInTheDark(name: string, hold: boolean): Promise<ServiceWorld> {
  const service = world.service(name);
  const region = service.regions[eu]!;
  const { enter } = region;
  region.enter = (id) => {
    region.away ||= id === 'advance:1';
    return region.away ? Promise.reject(benignFault('dark')) : enter(id);
  };
  const handle = await world.deploy(service);
  await until(() => region.away);
  await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold }] });
  await handle.result();
  region.enter = enter;
  return service;
}

test('a region that owes nothing costs one activity', async () => {
  expect(await run()).toEqual({ owed: 0, settled: 0 });
  const { events } = await world.env.client.workflow.getHandle(`reconcile:${eu}:${runs}`).fetchHistory();
  expect(events?.length).toBeLessThan(12);
});

describe('what a region owes', () => {
  test.each([
    ['an undo', false, 'undo'],
    ['a hold', true, 'hold'],
  ] as const)('%s is written when it is back, and not before', async (what, hold, mode) => {
    const service = await abortedInTheDark(`owes-${what.split(' ')[1]}`, hold);
    expect(await run()).toEqual({ owed: 1, settled: 0 });
    expect(service.regions[eu]?.row?.mode).toBe('advance');
    service.regions[eu]!.away = false;
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(service.regions[eu]?.row?.mode).toBe(mode);
    expect(service.obligations).toEqual([]);
    expect(await run()).toEqual({ owed: 0, settled: 0 });
  });

  test('a finish is written with the generation that the deployment left, or one raised since', async () => {
    const service = world.service('owes-finish');
    const gate = service.regions[eu]!.gate('watch:2');
    const handle = await world.deploy(service);
    await until(() => gate.waiting() > 0);
    const row = service.regions[eu]!.row!;
    const { attempt, generation } = row;
    service.regions[eu]!.row = { ...row, generation: (generation + 5) as Generation };
    const owed: Obligation = {
      service: service.service, deployment: deploymentNumber(1), region: eu, kind: 'finish',
      attempt, generation, controlRevision: 0, reason: 'dark',
    };
    service.obligations = [owed];
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(service.regions[eu]?.row?.base?.release.number).toBe(1);
    await handle.terminate();
  });

  test('is owed no longer when a newer deployment has begun there', async () => {
    const service = await abortedInTheDark('overtaken', false);
    const region = service.regions[eu]!;
    region.away = false;
    const attempt = { deployment: deploymentNumber(2), local: 0 };
    region.row = { ...region.row!, attempt };
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(region.row).toMatchObject({ mode: 'advance', attempt });
  });
});
