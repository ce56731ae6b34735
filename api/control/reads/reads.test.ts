import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient, type ApiClient } from '../../../cli/api-client.ts';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { within } from '../../../test/slowness.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let client: ApiClient;
let token: string;

const service = serviceName('checkout');
const path = { service };

beforeAll(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  token = await signIn(central.database, 'ada', 'release-owner');
  client = createApiClient(api.url, token);
  for (const name of ['cart', 'mail', 'search']) await addService(central.database, name);
  const lanes = createLaneRecords(central.database);
  for (let each = 1; each <= 7; each++) await lanes.open(mergeRequest(`merge-${each}`));
  await lanes.open(mergeRequest('merge-cart', 'cart'));
  await lanes.claimStart({ service, deployment: deploymentNumber(1) });
  await finish(1);
  await lanes.claimStart({ service, deployment: deploymentNumber(2) });
});
afterAll(async () => {
  await api.close();
  await central.close();
});

const finish = (number: number) =>
  createDeploymentRecords(central.database).finish({
    service,
    deployment: deploymentNumber(number),
    sequence: 5,
    outcome: 'succeeded',
    reason: '',
    regions: [],
    pending: [],
    lock: null,
  });

/** All pages; every page but the last must be full. */
async function allPages<Item>(
  page: (query: { limit: number; cursor?: string }) => Promise<{ items: Item[]; next: string | null }>,
  limit: number,
): Promise<Item[]> {
  const pages: Item[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const read: { items: Item[]; next: string | null } = await page(cursor === '' ? { limit } : { limit, cursor });
    pages.push(read.items);
    cursor = read.next;
  }
  expect(pages.slice(0, -1).map(({ length }) => length)).toEqual(pages.slice(0, -1).map(() => limit));
  return pages.flat();
}

test.each([1, 2, 3, 7, 50])('pages of %i hold everything once, in order', async (limit) => {
  const names = await allPages((query) => client.call('listServices', { query }), limit);
  expect(names.map((each) => each.service)).toEqual(['cart', 'checkout', 'mail', 'search']);
  const deployments = await allPages((query) => client.call('listDeployments', { path, query }), limit);
  expect(deployments.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  const all = await allPages((query) => client.call('listAllDeployments', { query }), limit);
  expect(all.map(({ deployment }) => deployment)).toEqual([
    'cart/1',
    ...[7, 6, 5, 4, 3, 2, 1].map((number) => `checkout/${number}`),
  ]);
  const releases = await allPages((query) => client.call('listReleases', { path, query }), limit);
  expect(releases.map(({ release }) => release)).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `checkout@${number}`));
  const audit = await allPages((query) => client.call('listAudit', { query }), limit);
  expect(audit.map(({ sequence }) => sequence)).toEqual(audit.map((_, index) => audit.length - index));
});

test('deployments are found by what they are', async () => {
  const numbers = async (query: object) =>
    (await client.call('listDeployments', { path, query: { ...query } })).items.map(({ number }) => number);
  expect(await numbers({ open: false })).toEqual([1]);
  expect(await numbers({ open: true })).toEqual([7, 6, 5, 4, 3, 2]);
  expect(await numbers({ state: 'succeeded' })).toEqual([1]);
});

test('a service is shown with its lane, its history and where the stream goes on', async () => {
  const shown = await client.call('showService', { path });
  expect(shown).toMatchObject({ service, repository: 'acme/checkout', currentRelease: 1, hosts: [] });
  expect(shown.lane).toMatchObject({ active: { deployment: 'checkout/2' }, lock: null });
  expect(shown.lane.queue.map(({ number }) => number)).toEqual([3, 4, 5, 6, 7]);
  expect(shown.deployments.map(({ number }) => number)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(shown.sequence).toBe((await client.call('listAudit', { query: { limit: 1 } })).items[0]?.sequence);
});

test('a deployment is shown with where it came from, also while its workflow does not answer', async () => {
  const startedAt = performance.now();
  const shown = await client.call('showDeployment', { path: { service, deployment: 2 } });
  expect(performance.now() - startedAt).toBeLessThan(within(4_000, { otherwiseMs: 14_000 }));
  expect(shown).toMatchObject({
    deployment: 'checkout/2',
    release: 2,
    state: 'queued',
    outcome: null,
    binding: null,
    source: { from: 'merge', authors: ['lin'] },
    links: { temporal: 'http://temporal.example/namespaces/default/workflows/deployment%3Acheckout%3A2' },
  });
});

test('the audit of one service holds its own records alone', async () => {
  const { items } = await client.call('listAudit', { query: { service: 'cart', limit: 200 } });
  expect(items.map(({ object }) => object).toSorted()).toEqual(['cart', 'cart/1']);
});

test.each([
  '/v1/services/nothing',
  '/v1/services/Not-A-Name',
  '/v1/services/nothing/lane',
  '/v1/services/nothing/deployments',
  '/v1/services/nothing/releases',
  '/v1/services/nothing/hosts',
  '/v1/services/checkout/deployments/999',
  '/v1/services/checkout/deployments/0',
  '/v1/services/checkout/deployments/99999999999999999999',
  '/v1/services/checkout/deployments/3000000000',
  '/v1/services/checkout/releases/x',
  '/v1/regions/nowhere',
  '/v1/nothing',
  '/nothing',
])('%s is not found', async (address) => {
  const answer = await api.ask(address, { token });
  expect(answer.status).toBe(404);
  expect(codeOf(answer)).toBe('not-found');
});

test.each(['limit=0', 'limit=201', 'limit=x', 'cursor=', 'cursor=%00', 'more=1', 'state=lost'])(
  'a list with %s is refused',
  async (query) => {
    const answer = await api.ask(`/v1/deployments?${query}`, { token });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-request']);
  },
);

test.each(['zzz', "'; drop table audit; --", '9999999999999999999999'])(
  'a cursor that is none (%s) is an empty page, or the first',
  async (cursor) => {
    for (const list of ['/v1/services', '/v1/deployments', '/v1/services/checkout/releases', '/v1/audit'])
      expect((await api.ask(`${list}?cursor=${encodeURIComponent(cursor)}`, { token })).status).toBe(200);
  },
);

test('a service can be added, changed and read back, and each is in the audit once', async () => {
  const settings = {
    repository: 'acme/new',
    cloneUrl: 'https://code.example/acme/new.git',
    branch: 'main',
    owners: ['lin'],
  };
  const put = (body: object) => api.ask('/v1/services/new', { token, method: 'PUT', body });
  expect((await put(settings)).body).toMatchObject({ service: 'new', repository: 'acme/new', folder: '.' });
  await put(settings);
  expect((await put({ ...settings, branch: 'trunk' })).body).toMatchObject({ branch: 'trunk' });
  const { items } = await client.call('listAudit', { query: { service: 'new' } });
  expect(items.map(({ verb, actor }) => `${verb} by ${actor}`)).toEqual([
    'service-changed by ada',
    'service-added by ada',
  ]);
});
