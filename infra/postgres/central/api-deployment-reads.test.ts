import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { Budget, ServiceSpec } from '../../../domain/spec/service-spec.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { createProjection } from './api-projection.ts';
import { createRegionSummaries } from './api-summaries.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Release } from './entities.ts';
import { createLaneRecords } from './lane-records.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const deployment = deploymentNumber(1);
const region = regionName('eu-west');

beforeAll(async () => {
  central = await createCentralDatabase();
  const lanes = createLaneRecords(central.database);
  await lanes.open(mergeRequest('m1'));
  await lanes.claimStart({ service, deployment });
});
afterAll(() => central.close());

let sequence = 0;

/** Ten hosts, of which so many run what the deployment brings. */
async function report(onRelease: number, at: Date): Promise<void> {
  const none = { unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
  const hosts = { total: 10, healthy: 10, ...none };
  const counted = { attempt: { deployment, local: 0 }, generation: 1 as never, mode: 'undo', hosts } as const;
  const running = onRelease === 0 ? [] : [{ release: 1, hosts: onRelease }];
  await createRegionSummaries(central.database).store({
    region,
    sequence: ++sequence,
    at: at.toISOString(),
    services: [{ service, ...counted, running }],
  });
}

const undo = () =>
  createDeploymentRecords(central.database).showProgress({
    service,
    deployment,
    sequence: 1,
    state: 'undoing',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    regions: [
      {
        region,
        state: 'undoing',
        batch: 2,
        batches: 2,
        hosts: { total: 10, switched: 10, healthy: 10, failed: 0 },
        reason: null,
      },
    ],
    approvals: null,
    actor: 'slipway',
    event: 'undo-started',
    message: 'us-east: of 10 hosts 1 failed, 0 allowed',
  });

/** Wherever deployments are read. */
async function onRelease(): Promise<number> {
  const projection = createProjection(central.database);
  const shown = [
    await projection.findDeployment(service, deployment),
    ...(await projection.listOpenDeployments(null)),
    ...(await projection.listDeployments(service, { limit: 10 })).items,
  ];
  expect(shown).toHaveLength(3);
  const counts = new Set(shown.map((each) => each?.hosts.onRelease));
  expect(counts.size).toBe(1);
  return [...counts][0]!;
}

const hourMs = 3_600_000;

test('while it is undone its hosts become fewer as the region reports them, by what it counted since that began', async () => {
  // By a clock that is ahead: it arrived before all the same.
  await report(0, new Date(Date.now() + hourMs));
  await undo();
  expect(await onRelease()).toBe(10);
  // Counted long before it arrived.
  await report(0, new Date(Date.now() - hourMs));
  expect(await onRelease()).toBe(10);
  await report(4, new Date());
  expect(await onRelease()).toBe(4);
  const silence = 'update region_summary set received_at = ? where service = ?';
  await central.database.em.fork().execute(silence, [new Date(Date.now() - hourMs), service]);
  expect(await onRelease()).toBe(10);
});

test('that it is past its point of no return is read wherever it is, also as what its service is at', async () => {
  const projection = createProjection(central.database);
  const isPast = async () => {
    const { active, deployments } = (await projection.findService(service))!;
    const shown = [active!, ...deployments, (await projection.findDeployment(service, deployment))!];
    return new Set(shown.map(({ pointOfNoReturn }) => pointOfNoReturn));
  };
  expect(await isPast()).toEqual(new Set([false]));
  await createDeploymentRecords(central.database).markPointOfNoReturn({ service, deployment });
  expect(await isPast()).toEqual(new Set([true]));
});

test('that no worker goes on with it is read wherever it is, and what can be done with it stays', async () => {
  const workers = { versionFor: (name: string) => (name === 'checkout/1' ? '5f0c' : null) };
  const [with_, without] = [createProjection(central.database), createProjection(central.database, { workers })];
  const { active, deployments } = (await without.findService(service))!;
  const { items } = await without.listDeployments(service, { limit: 10 });
  const whole = (await without.findDeployment(service, deployment))!;
  for (const shown of [active!, ...deployments, ...items, ...(await without.listOpenDeployments(null)), whole]) {
    expect(shown.waiting).toMatch(/^no control worker of version 5f0c runs/);
    expect(shown.why).toMatchObject({ cause: shown.waiting, needsSomeone: true });
  }
  const before = (await with_.findDeployment(service, deployment))!;
  expect(whole).toEqual({ ...before, waiting: whole.waiting, why: whole.why });
  expect(before.waiting).toBeNull();
});

test('how many hosts may fail is known once its release was built', async () => {
  const budgetOf = async (): Promise<Budget | null | undefined> =>
    (await createProjection(central.database).findDeployment(service, deployment))?.budget;
  expect(await budgetOf()).toBeNull();
  const spec = { rollout: { stages: [], budget: { failedPercent: 5, cap: 50 } } } as unknown as ServiceSpec;
  await central.database.em.fork().nativeUpdate(Release, { service, number: releaseNumber(1) }, { spec });
  expect(await budgetOf()).toEqual({ failedPercent: 5, cap: 50 });
});
