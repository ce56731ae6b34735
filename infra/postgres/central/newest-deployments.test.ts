import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FinishDeploymentInput } from '../../../activities/deployment-record/contract.ts';
import { deploymentNumber, regionName, serviceName, type DeploymentNumber } from '../../../domain/names.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { createProjection } from './api-projection.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

type End = Pick<FinishDeploymentInput, 'outcome' | 'reason' | 'regions'>;
const failed: End = { outcome: 'failed', reason: 'out of disk', regions: [] };
const held = [{ region: regionName('eu-west'), outcome: 'held' as const }];

async function open(name: string, key: string): Promise<DeploymentNumber> {
  const opened = await createLaneRecords(central.database).open(mergeRequest(key, name));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  return opened.deployment.deployment;
}
async function end(name: string, key: string, how: End | 'withdrawn'): Promise<void> {
  const ref = { service: serviceName(name), deployment: await open(name, key) };
  if (how === 'withdrawn') await createLaneRecords(central.database).cancel(ref, 'ada', 'not today');
  else await createDeploymentRecords(central.database).finish({ ...ref, ...how, sequence: 1, pending: [], lock: null });
}

test.each<[string, string, End | 'withdrawn']>([
  ['was withdrawn from the queue', 'withdrawn', 'withdrawn'],
  ['was rejected', 'rejected', { outcome: 'rejected', reason: 'no', regions: [] }],
  ['was superseded', 'superseded', { outcome: 'superseded', reason: 'by another', regions: [] }],
  ['was aborted before it began in a region', 'aborted', { outcome: 'cancelled', reason: 'no', regions: [] }],
])('a failed deployment is why, also when a later one %s', async (_, name, how) => {
  await addService(central.database, name);
  await end(name, 'first', failed);
  await end(name, 'second', how);
  const projection = createProjection(central.database);
  const service = serviceName(name);
  const why = { cause: 'failed before any region was touched: out of disk', needsSomeone: true };
  expect((await projection.findService(service))?.why).toMatchObject(why);
  const { items } = await projection.listServices({ limit: 200 });
  expect(items.find((each) => each.service === name)?.why).toMatchObject(why);
  expect((await projection.findDeployment(service, deploymentNumber(1)))?.why).toMatchObject(why);
  expect((await projection.findDeployment(service, deploymentNumber(2)))?.why).toMatchObject({ needsSomeone: false });
});

test.each<[string, string, End]>([
  ['failed too', 'fails', { ...failed, reason: 'again' }],
  ['was left held in a region', 'stands', { outcome: 'cancelled', reason: 'held', regions: held }],
])('a later deployment that %s takes its place', async (_, name, how) => {
  await addService(central.database, name);
  await end(name, 'first', failed);
  await end(name, 'second', how);
  const projection = createProjection(central.database);
  const shown = await projection.findDeployment(serviceName(name), deploymentNumber(1));
  expect(shown?.why).toMatchObject({ needsSomeone: false });
  expect((await projection.findService(serviceName(name)))?.why?.cause ?? '').not.toContain('out of disk');
  const { items } = await projection.listReleases(serviceName(name), { limit: 10 });
  expect(items.map(({ number, lastOutcome }) => [number, lastOutcome])).toEqual([
    [2, how.outcome],
    [1, 'failed'],
  ]);
});

test('what is owed in a region is why, also when the fix waits already', async () => {
  const service = serviceName('owes');
  await addService(central.database, service);
  const first = { service, deployment: await open(service, 'first') };
  const region = regionName('eu-west');
  const attempt = { deployment: first.deployment, local: 0 };
  const owed = {
    ...first,
    region,
    kind: 'undo',
    attempt,
    generation: 0,
    controlRevision: 0,
    reason: 'unreachable',
  } as const;
  await createRegionRecords(central.database).recordObligation(owed);
  const owes = { outcome: 'undone', reason: 'canary failed', regions: [], pending: [region] } as const;
  await createDeploymentRecords(central.database).finish({ ...first, ...owes, sequence: 1, lock: null });
  await open(service, 'second');
  const projection = createProjection(central.database);
  const why = { next: { text: 'Look after eu-west: it is undone when it answers.' }, needsSomeone: true };
  expect(await projection.findService(service)).toMatchObject({ active: { number: 2, state: 'queued' }, why });
  expect((await projection.findDeployment(service, deploymentNumber(1)))?.why).toMatchObject(why);
});

test('a service of which everything was withdrawn has not run anywhere', async () => {
  await addService(central.database, 'idle');
  await end('idle', 'only', 'withdrawn');
  const shown = await createProjection(central.database).findService(serviceName('idle'));
  expect(shown?.why?.cause).toBe('it never ran anywhere');
});
