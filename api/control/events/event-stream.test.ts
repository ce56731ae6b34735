import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { regionName, serviceName, type DeploymentNumber } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createApiClient, type ApiClient } from '../../../cli/api-client.ts';
import { receiveEvents, type ReceivedEvent } from '../../../cli/event-source.ts';
import type { ApiEvent } from '../../../protocol/api/events.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { maxMissed } from './first-events.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let client: ApiClient;
let stop: AbortController;

beforeAll(async () => void (central = await createCentralDatabase()));
afterAll(() => central.close());
beforeEach(async () => {
  stop = new AbortController();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  client = createApiClient(api.url, await signIn(central.database, 'ada'));
});
afterEach(async () => {
  stop.abort();
  await api.close();
});

type Query = Readonly<Record<string, string | number>>;

async function follow(query: Query = {}, lastEventId: string | null = null): Promise<AsyncGenerator<ReceivedEvent>> {
  return receiveEvents(await client.events(query, lastEventId, stop.signal));
}

/** The next event that says something new: counts and heartbeats come whenever they come. */
async function next<Type extends ApiEvent['type']>(
  stream: AsyncGenerator<ReceivedEvent>,
  type: Type,
): Promise<{ lastEventId: string | null; event: Extract<ApiEvent, { type: Type }> }> {
  for (;;) {
    const { value } = (await stream.next()) as { value: ReceivedEvent };
    if (value.event.type !== type && ['hosts', 'heartbeat'].includes(value.event.type)) continue;
    expect(value.event.type).toBe(type);
    return value as { lastEventId: string | null; event: Extract<ApiEvent, { type: Type }> };
  }
}

/** A deployment of the service, opened as its lane does it. */
async function open(key: string, service = 'checkout'): Promise<DeploymentNumber> {
  const opened = await createLaneRecords(central.database).open(mergeRequest(key, service));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  return opened.deployment.deployment;
}

const lock = (key: string, service = 'checkout') =>
  createLaneRecords(central.database).changeLock({
    service: serviceName(service),
    lock: { owner: 'mo', reason: 'INC-7', since: new Date().toISOString() },
    by: 'mo',
    reason: 'INC-7',
    key,
  });

const finish = (deployment: DeploymentNumber) =>
  createDeploymentRecords(central.database).finish({
    service: serviceName('checkout'),
    deployment,
    sequence: 9,
    outcome: 'failed',
    reason: 'the build failed',
    regions: [],
    pending: [],
    lock: null,
  });

test('a client is told how things are, then every change with what it changed', async () => {
  const number = await open('snapshot-1');
  const stream = await follow({ service: 'checkout' });
  const { event: first, lastEventId } = await next(stream, 'snapshot');
  expect(first.deployments.map((each) => each.number)).toContain(number);
  expect(first.lanes).toMatchObject([{ service: 'checkout' }]);
  expect(lastEventId).toBe(String(first.sequence));

  const later = await open('snapshot-2');
  const { event: change, lastEventId: id } = await next(stream, 'change');
  expect(change).toMatchObject({ verb: 'deployment-opened', object: `checkout/${later}`, actor: 'lin' });
  expect(change.message).toMatch(/^rollout of checkout@\d+, asked for by lin$/);
  expect(change.deployment).toMatchObject({ number: later, state: 'queued', binding: null });
  expect(change.deployment?.links.temporal).toMatch(/^http:\/\/temporal\.example\/namespaces\/default\/workflows\//);
  expect(change.lane?.queue.map((each) => each.number)).toContain(later);
  expect(id).toBe(String(first.sequence + 1));
});

test('a client hears only of what it asked for, and of its lane', async () => {
  await addService(central.database, 'search');
  const [mine, other] = [await open('scope-1'), await open('scope-2')];
  const stream = await follow({ service: 'checkout', deployment: mine });
  const { event } = await next(stream, 'snapshot');
  expect(event.deployments.map((each) => each.number)).toEqual([mine]);
  await open('scope-3', 'search');
  // One after the other: of changes that are read together the last one alone tells what waits.
  await finish(other);
  const { event: before } = await next(stream, 'change');
  const queued = expect.arrayContaining([expect.objectContaining({ number: mine })]);
  expect(before).toMatchObject({ object: `checkout/${other}`, verb: 'deployment-ended', deployment: null, queued });
  await lock('scope-lock');
  expect((await next(stream, 'change')).event).toMatchObject({
    object: 'checkout',
    message: 'mo locked the lane: INC-7',
  });
  await finish(mine);
  const { event: ended } = await next(stream, 'change');
  expect(ended).toMatchObject({ object: `checkout/${mine}`, verb: 'deployment-ended' });
  expect(ended.message).toBe('failed before any region was touched: the build failed');
});

test('what waits in a lane is told anew when the lane changes: it waits for something else', async () => {
  await addService(central.database, 'mail');
  const waiting = await open('queued', 'mail');
  const [all, own] = [await follow({ service: 'mail' }), await follow({ service: 'mail', deployment: waiting })];
  for (const stream of [all, own]) await next(stream, 'snapshot');
  await lock('queued-lock', 'mail');
  for (const stream of [all, own]) {
    const { event } = await next(stream, 'change');
    expect(event).toMatchObject({ object: 'mail', deployment: null, queued: [{ number: waiting }] });
    expect(event.queued?.[0]?.waiting).toMatch(
      /^the lane is locked since .+ by mo: "INC-7"; goes on when mail is unlocked$/,
    );
  }
});

test('who comes last in a lane changes nothing for those before', async () => {
  await addService(central.database, 'post');
  await open('first-in-post', 'post');
  const stream = await follow({ service: 'post' });
  await next(stream, 'snapshot');
  await open('last-in-post', 'post');
  expect((await next(stream, 'change')).event).toMatchObject({ verb: 'deployment-opened', queued: [] });
});

test('a deployment that has ended is in the snapshot of who asks for it', async () => {
  const number = await open('ended');
  await finish(number);
  const { event } = await next(await follow({ service: 'checkout', deployment: number }), 'snapshot');
  expect(event.deployments).toMatchObject([{ number, outcome: 'failed' }]);
});

test('a client that comes back hears what it missed, once and in order', async () => {
  const { event: first } = await next(await follow(), 'snapshot');
  await Promise.all(Array.from({ length: 5 }, (_, index) => open(`missed-${index}`)));
  const stream = await follow({}, String(first.sequence));
  const heard: number[] = [];
  for (let count = 0; count < 5; count++) heard.push((await next(stream, 'change')).event.sequence);
  expect(heard).toEqual([1, 2, 3, 4, 5].map((step) => first.sequence + step));
  await next(stream, 'hosts');
  await open('missed-after');
  expect((await next(stream, 'change')).event.sequence).toBe(first.sequence + 6);
});

test.each([
  ['was never given: another database, or one that was restored', '999999999'],
  ['is too far back', '1'],
])('a client whose last id %s is reset, and gets a snapshot', async (_, lastEventId) => {
  const em = central.database.em.fork();
  await em.execute(`insert into audit (sequence, at, actor, verb, object, detail, key, previous_hash, hash)
    select n, now(), 'slipway', 'test', 'test', '{}', 'filler-' || n, '', ''
    from generate_series((select max(sequence) + 1 from audit), ${maxMissed + 10}) as n`);
  const stream = await follow({}, lastEventId);
  const { lastEventId: none } = await next(stream, 'reset');
  expect(none).toBeNull();
  expect((await next(stream, 'snapshot')).event.sequence).toBeGreaterThanOrEqual(maxMissed);
});

test('nothing is lost or told twice while changes pour in and clients come and go', async () => {
  const writing = Array.from({ length: 60 }, (_, index) => open(`pour-${index}`));
  const streams = await Promise.all(Array.from({ length: 10 }, () => follow({ service: 'checkout' })));
  const starts = await Promise.all(streams.map((stream) => next(stream, 'snapshot')));
  await Promise.all(writing);
  const last = await open('pour-last');
  for (const [place, stream] of streams.entries()) {
    for (let expected = starts[place]!.event.sequence + 1; ; expected++) {
      const { event } = await next(stream, 'change');
      expect(event.sequence).toBe(expected);
      if (event.object === `checkout/${last}`) break;
    }
  }
});

test('two processes tell the same changes', async () => {
  const other = await startControlApi({ database: central.database, databaseUrl: central.url });
  try {
    const otherClient = createApiClient(other.url, await signIn(central.database, 'lin'));
    const streams = [await follow(), receiveEvents(await otherClient.events({}, null, stop.signal))];
    for (const stream of streams) await next(stream, 'snapshot');
    await lock('two-processes');
    const [mine, theirs] = await Promise.all(streams.map((stream) => next(stream, 'change')));
    expect(mine).toMatchObject({ event: { verb: 'lane-locked', object: 'checkout' } });
    expect(theirs).toEqual(mine);
  } finally {
    await other.close();
  }
});

test("a region's newer counts reach who follows its service, and nobody else", async () => {
  await addService(central.database, 'search').catch(() => undefined);
  const following = await follow({ service: 'checkout' });
  const elsewhere = await follow({ service: 'search' });
  await next(following, 'snapshot');
  await next(elsewhere, 'snapshot');
  const hosts = { total: 3, healthy: 2, unhealthy: 0, switching: 0, reverted: 0, unknown: 1, absent: 0 };
  const summary = {
    region: regionName('eu-west'),
    sequence: 7,
    at: new Date().toISOString(),
    services: [
      { service: 'checkout', attempt: { deployment: 1, local: 0 }, generation: 1, mode: 'advance', hosts, running: [] },
    ],
  };
  const { status } = await api.ask('/regions/v1/summaries', { token: 'token-eu-west', body: summary });
  expect(status).toBe(204);
  const { event } = await next(following, 'hosts');
  expect(event.hosts).toMatchObject([{ service: 'checkout', region: 'eu-west', hosts, stale: false }]);
  await lock('elsewhere', 'search');
  expect((await next(elsewhere, 'change')).event.object).toBe('search');
});

test('counts that came while nobody told of them are told when the database is heard again', async () => {
  const stream = await follow({ service: 'checkout' });
  await next(stream, 'snapshot');
  const em = central.database.em.fork();
  // Both at once, so that nobody listens when the counts are new.
  await em.execute(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'slipway-listen' and datname = current_database()`);
  await em.execute(`update region_summary set sequence = 99, summary = jsonb_set(summary, '{hosts,healthy}', '77')
    where service = 'checkout' and region = 'eu-west'`);
  const healthyNow = async () => (await next(stream, 'hosts')).event.hosts[0]?.hosts?.healthy;
  let healthy = await healthyNow();
  while (healthy !== 77) healthy = await healthyNow();
  expect(healthy).toBe(77);
});

test.each([
  ['without a token', '', 'sign-in', 401],
  ['a deployment without a service', '?deployment=3', 'invalid-request', 400],
  ['a service that is not there', '?service=nothing', 'not-found', 404],
  ['a deployment that is not there', '?service=checkout&deployment=99999', 'not-found', 404],
])('refused before any stream is opened: %s', async (title, query, code, status) => {
  const token = title === 'without a token' ? {} : { token: await signIn(central.database, 'ada') };
  const answer = await api.ask(`/v1/events${query}`, token);
  expect(answer.status).toBe(status);
  expect(String(answer.body.type)).toMatch(new RegExp(`/${code}$`));
});

test('streams are brought to their end when the program stops', async () => {
  const stream = await follow();
  await next(stream, 'snapshot');
  await api.close();
  // One that was cut, a moment later, throws.
  const rest = async (): Promise<string> => {
    while ((await stream.next()).done !== true);
    return 'its end';
  };
  expect(await rest()).toBe('its end');
});
