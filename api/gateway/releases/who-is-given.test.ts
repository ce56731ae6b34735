import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId, type Digest } from '../../../domain/names.ts';
import { goalChannel } from '../../../infra/postgres/region/goal-store.ts';
import { hostChannel } from '../../../infra/postgres/region/host-records.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { PollResponse } from '../../../protocol/gateway.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { attempt, createGoalRegion, releaseOf, service, wellAt, type GoalRegion } from '../../../test/goal-region.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';
import { placeRelease, publishRelease } from '../../../test/published-release.ts';

const page = 'a page';
const paths = ['', '/listing', '/chunk-table', '/config', `/chunks/${digestOf(page)}`];
let here: GoalRegion;
let gateway: TestGateway;
let release: Digest;
let isClosed: boolean;
let logged: string[];
let web: ShownIdentity;
let db: ShownIdentity;

beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(async () => {
  await here.database.em.fork().execute('truncate goal, host, host_identity, host_service, snapshot, batch');
  [isClosed, logged] = [false, []];
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
  gateway = await startGateway(here, { log, isClosed: () => isClosed });
  web = await enroll('a', 'web');
  db = await enroll('b', 'db');
  release = await publishRelease(here.database, gateway.store, { 'index.html': page });
});
afterEach(() => gateway.close());

const enroll = (name: string, role: string) => enrollWithCertificate(here.database, hostId(name), { role });
const place = (): Promise<void> => placeRelease(here, gateway, web, { release, selector: { role: 'web' } });
const get = (shown: ShownIdentity, path: string, of = release) => gateway.get(`/v1/releases/${of}${path}`, shown);
const statuses = (shown: ShownIdentity): Promise<number[]> =>
  Promise.all(paths.map(async (path) => (await get(shown, path)).status));
const [given, notThere] = [200, 404].map((status) => paths.map(() => status)) as [number[], number[]];

/** What is answered, but for the names in it. */
async function told(shown: ShownIdentity, path: string, of: Digest): Promise<unknown> {
  const response = await get(shown, path, of);
  const { requestId: _, ...problem } = (await response.json()) as { readonly requestId: string };
  return { status: response.status, problem: JSON.stringify(problem).replaceAll(of, 'it') };
}

let sequence = 0;
const about = { ...wellAt(attempt(1)), running: releaseOf('what is pinned'), pinned: true };
async function report(shown: ShownIdentity): Promise<void> {
  const batch = { sequence: ++sequence, bootId: 'boot', agentVersion: '1', services: [about] };
  expect((await gateway.post('/v1/reports', shown, batch)).status).toBe(204);
}
async function poll(shown: ShownIdentity, more: object = {}): Promise<PollResponse> {
  const { status, body } = await gateway.post('/v1/poll', shown, { known: [], waitMs: 1, ...more });
  expect(status).toBe(200);
  return body as PollResponse;
}
async function tell(channel: string, word: string): Promise<void> {
  await here.database.em.fork().execute(`select pg_notify('${channel}', '${word}')`);
}
/** As an operator does, until the gateway has heard of it. */
async function label(name: string, shown: ShownIdentity, role: string): Promise<void> {
  await here.database.em.fork().execute(`update host set labels = '{"role":"${role}"}' where id = '${name}'`);
  await tell(hostChannel, name);
  while ((await poll(shown)).labels['role'] !== role) await delay(5);
}

describe('a host is given the files of a release', () => {
  test('where a placement of its service includes it', async () => {
    expect(await statuses(web)).toEqual(notThere);
    await place();
    expect(await statuses(web)).toEqual(given);
  });

  test('as long as it has the label, when it was never heard of the service', async () => {
    await place();
    await label('a', web, 'db');
    expect(await statuses(web)).toEqual(notThere);
    await label('b', db, 'web');
    expect(await statuses(db)).toEqual(given);
  });

  test('by a gateway that has not heard yet of the label, or of the goal', async () => {
    await place();
    expect(await statuses(db)).toEqual(notThere);
    await here.database.em.fork().execute(`update host set labels = '{"role":"web"}' where id = 'b'`);
    expect(await statuses(db)).toEqual(given);
    await here.database.em
      .fork()
      .execute(`update goal set row = jsonb_set(row, '{next,selector}', '{"role":"cache"}') where service = ?`, [
        service,
      ]);
    const cache = await enroll('c', 'cache');
    expect(await statuses(cache)).toEqual(given);
  });

  test('also without the label, where the service was placed on it: what is pinned there has to be mended', async () => {
    await place();
    await report(web);
    await label('a', web, 'db');
    expect(await statuses(web)).toEqual(given);
  });

  test('also while the database may be an older one, where the service was placed on it; others come again', async () => {
    await place();
    const c = await enroll('c', 'web');
    await report(web);
    isClosed = true;
    await tell(goalChannel, service);
    while ((await poll(c)).showGoals !== true) await delay(5);
    expect(await statuses(web)).toEqual(given);
    const asked = await get(c, '');
    expect([asked.status, Number(asked.headers.get('retry-after'))]).toEqual([503, 3]);
  });
});

describe('a host that no placement includes', () => {
  test.each(paths)('is answered %j of a release as of one that is not here', async (path) => {
    await place();
    const answer = await told(db, path, release);
    expect(answer).toMatchObject({ status: 404 });
    expect(answer).toEqual(await told(db, path, digestOf('another')));
  });

  test('is given nothing for what it says that it knows or runs', async () => {
    await place();
    await poll(db, { known: [{ service, etag: releaseOf('known') }] });
    await report(db);
    expect(await statuses(db)).toEqual(notThere);
  });

  test('is named in the log once a minute, and counted each time', async () => {
    await place();
    for (let asked = 0; asked < 3; asked++) await get(db, '/listing');
    const lines = logged.map((line) => JSON.parse(line) as { readonly msg: string });
    expect(lines.filter(({ msg }) => msg.startsWith('files were withheld'))).toEqual([
      expect.objectContaining({ host: 'b', service, release }),
    ]);
    const metrics = await (await gateway.get('/metrics', null)).text();
    expect(metrics).toContain('slipway_gateway_withheld_files_total 3');
  });
});
