import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import type { Obligation } from '../activities/deployment-record/contract.ts';
import { deploymentNumber, releaseNumber } from '../domain/names.ts';
import type { Generation } from '../domain/names.ts';
import type { WorkflowWorld } from '../test/workflow-world/environment.ts';
import { createWorkflowWorld } from '../test/workflow-world/environment.ts';
import type { RegionWorld } from '../test/workflow-world/region-world.ts';
import { actLocally, applyStep, snapshot } from '../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../test/workflow-world/service-world.ts';
import { eu, hash } from '../test/workflow-world/service-world.ts';
import type { reconcile } from './index.ts';
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

/** What deployment 1 left behind in eu-west: a goal row after its first batch, and an obligation. */
function leftBehind(name: string, kind: Obligation['kind']): { service: ServiceWorld; region: RegionWorld } {
  const service = world.service(name);
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
  service.obligations = [{ ...ids, kind, attempt, generation, controlRevision: 1, reason: 'does not answer' }];
  return { service, region };
}

test('a region that owes nothing costs one activity', async () => {
  expect(await run()).toEqual({ owed: 0, settled: 0 });
  const { events } = await world.env.client.workflow.getHandle(`reconcile:${eu}:${runs}`).fetchHistory();
  expect(events?.length).toBeLessThan(12);
});

describe('what a region owes', () => {
  test.each([
    ['an undo', 'undo'],
    ['a hold', 'hold'],
  ] as const)('%s is written when it is back, and not before', async (_, kind) => {
    const { service, region } = leftBehind(`owes-${kind}`, kind);
    region.away = true;
    expect(await run()).toEqual({ owed: 1, settled: 0 });
    expect(region.row?.mode).toBe('advance');
    region.away = false;
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(region.row?.mode).toBe(kind);
    expect(service.obligations).toEqual([]);
    expect(await run()).toEqual({ owed: 0, settled: 0 });
  });

  test('a finish is written with the generation that the deployment left, or one raised since', async () => {
    const { region } = leftBehind('owes-finish', 'finish');
    region.row = { ...region.row!, generation: (region.row!.generation + 5) as Generation };
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(region.row.base?.release.number).toBe(1);
  });

  test('a finish waits while the region is held there', async () => {
    const { service, region } = leftBehind('held-finish', 'finish');
    actLocally(region, 'hold');
    expect(await run()).toEqual({ owed: 1, settled: 0 });
    service.obligations = [];
  });

  test('a hold is settled where somebody in the region has held it already', async () => {
    const { service, region } = leftBehind('held-hold', 'hold');
    actLocally(region, 'hold');
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(service.settled).toMatchObject([{ kind: 'hold', settlement: 'applied' }]);
    expect(service.obligations).toEqual([]);
  });

  test.each(['undo', 'finish'] as const)('%s is overtaken when a newer deployment has begun there', async (kind) => {
    const { service, region } = leftBehind(`overtaken-${kind}`, kind);
    const attempt = { deployment: deploymentNumber(2), local: 0 };
    region.row = { ...region.row!, attempt };
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(region.row).toMatchObject({ mode: 'advance', attempt });
    expect(service.settled).toMatchObject([{ kind, settlement: 'overtaken' }]);
  });

  test('a finish is settled as undone when someone in the region rolled back first', async () => {
    const { service, region } = leftBehind('rolled-back-finish', 'finish');
    actLocally(region, 'undo');
    expect(await run()).toEqual({ owed: 1, settled: 1 });
    expect(region.row).toMatchObject({ mode: 'undo', base: null });
    expect(service.settled).toMatchObject([{ kind: 'finish', settlement: 'undone' }]);
  });

  test('is settled though another fails for good, and the run shows that', async () => {
    const { service: broken, region: mixedUp } = leftBehind('mixed-up', 'undo');
    const fault = { message: 'this worker serves us-east', type: 'wrong-region', nonRetryable: true } as const;
    mixedUp.enter = () => Promise.reject(ApplicationFailure.create({ ...fault, category: 'BENIGN' }));
    const { service, region } = leftBehind('beside-it', 'undo');
    await expect(run()).rejects.toMatchObject({ cause: { cause: { type: 'wrong-region' } } });
    expect(region.row?.mode).toBe('undo');
    expect(service.settled).toMatchObject([{ settlement: 'applied' }]);
    broken.obligations = [];
  });
});
