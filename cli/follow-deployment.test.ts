import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceName, type DeploymentNumber } from '../domain/names.ts';
import type { DeploymentState } from '../domain/states.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../test/control-api.ts';
import { ApiProblemError, createApiClient, type ApiClient } from './api-client.ts';
import { watchConnection, type ConnectionNews } from './connection-news.ts';
import { followDeployment, type FollowedChange } from './follow-deployment.ts';

const service = serviceName('checkout');
let central: CentralTestDatabase;
let api: TestControlApi;
let client: ApiClient;
let token: string;
let number: DeploymentNumber;
let proxies: Server[];
let testEnds: AbortController;
let followings: AsyncGenerator<FollowedChange>[];

beforeEach(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  token = await signIn(central.database, 'ada');
  client = createApiClient(api.url, token);
  const opened = await createLaneRecords(central.database).open(mergeRequest('merge'));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  number = opened.deployment.deployment;
  proxies = [];
  testEnds = new AbortController();
  followings = [];
});
afterEach(async () => {
  testEnds.abort();
  await Promise.allSettled(followings.map((following) => following.return(undefined)));
  for (const proxy of proxies) {
    proxy.closeAllConnections();
    proxy.close();
  }
  await api.close();
  await central.close();
});

const progress = (sequence: number, state: DeploymentState, message: string) =>
  createDeploymentRecords(central.database).showProgress({
    service,
    deployment: number,
    sequence,
    state,
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event: 'test',
    message,
  });

const finish = () =>
  createDeploymentRecords(central.database).finish({
    service,
    deployment: number,
    sequence: 99,
    outcome: 'undone',
    reason: 'too many failed',
    regions: [],
    pending: [],
    lock: { owner: 'slipway', reason: 'checkout/1 was undone', since: '2026-11-24T12:00:00.000Z' },
  });

const follow = (tell: (news: ConnectionNews) => void = () => undefined, from = client, signal = testEnds.signal) => {
  const following = followDeployment(from, { service, number }, { signal, connection: watchConnection(tell) });
  followings.push(following);
  return following;
};
const unwatched = () => ({ signal: testEnds.signal, connection: watchConnection(() => undefined) });
const nextLine = async (following: AsyncGenerator<FollowedChange>): Promise<string> =>
  String((await following.next()).value?.line);
async function linesOf(following: AsyncGenerator<FollowedChange>): Promise<string[]> {
  const lines: string[] = [];
  for await (const { line } of following) lines.push(line);
  return lines;
}

test('one that has ended is told in one line, at once', async () => {
  await finish();
  expect(await linesOf(follow())).toEqual(['undone before any host had switched: too many failed']);
});

test('each change is a line, to the end', async () => {
  const following = follow();
  expect(await nextLine(following)).toBe('queued');
  await progress(1, 'building', 'builds checkout@1');
  expect(await nextLine(following)).toBe('builds checkout@1');
  await progress(2, 'rolling', 'world: eu-west');
  await finish();
  expect(await linesOf(following)).toEqual(['world: eu-west', 'undone before any host had switched: too many failed']);
});

test('the end is told even when it is known before its own line', async () => {
  const following = follow();
  await nextLine(following);
  await Promise.all([progress(1, 'building', 'builds checkout@1'), progress(2, 'rolling', 'rolls')]);
  await finish();
  expect((await linesOf(following)).at(-1)).toBe('undone before any host had switched: too many failed');
});

test('a deployment that is not there is an error, and so is a token that is none', async () => {
  const nothing = followDeployment(client, { service, number: 999 }, unwatched()).next();
  await expect(nothing).rejects.toThrow(ApiProblemError);
  await expect(nothing).rejects.toThrow('there is no deployment checkout/999');
  const stranger = follow(undefined, createApiClient(api.url, 'nobody')).next();
  await expect(stranger).rejects.toThrow('not known, or was revoked');
});

test('who stops watching leaves no connection behind', async () => {
  const stop = new AbortController();
  const following = follow(undefined, client, stop.signal);
  await nextLine(following);
  const next = following.next();
  stop.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  const { body } = await untilNoClients();
  expect(body.text).toMatch(/^slipway_api_event_clients 0$/m);
});

async function untilNoClients() {
  for (;;) {
    const answer = await api.ask('/metrics');
    if (/^slipway_api_event_clients 0$/m.test(String(answer.body.text))) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Stands between the CLI and the api; `pass` decides about each answer. */
async function proxied(
  pass: (answer: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<ApiClient> {
  let count = 0;
  const proxy = createServer((incoming, response) => {
    const isStream = incoming.url?.startsWith('/v1/events') === true;
    const target = new URL(incoming.url ?? '', api.url);
    const outgoing = request(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
      if (isStream) pass(answer, response, ++count);
      else {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }
    });
    response.once('close', () => outgoing.destroy());
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxies.push(proxy);
  return createApiClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, token);
}

test('over connections that are cut again and again nothing is missed and nothing told twice', async () => {
  const from = await proxied((answer, response) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    let events = 0;
    answer.on('data', (chunk: Buffer) => {
      response.write(chunk);
      // The first chunk is `retry`; then one event, and the line is cut.
      events += chunk.toString().split('data: ').length - 1;
      if (events >= 1) setImmediate(() => response.destroy());
    });
  });
  const news: ConnectionNews['type'][] = [];
  const following = follow(({ type }) => news.push(type), from);
  expect(await nextLine(following)).toBe('queued');
  const expected = Array.from({ length: 6 }, (_, index) => `step ${index + 1}`);
  for (const [index, message] of expected.entries()) await progress(index + 1, 'rolling', message);
  await finish();
  expect(await linesOf(following)).toEqual([...expected, 'undone before any host had switched: too many failed']);
  expect(news.slice(0, 2)).toEqual(['cut', 'found']);
  for (const [index, type] of news.entries()) expect(type).toBe(index % 2 === 0 ? 'cut' : 'found');
});

/** Each as it is told. */
function toldNews() {
  const waiting: ((news: ConnectionNews) => void)[] = [];
  const told = (): Promise<ConnectionNews> => new Promise((resolve) => void waiting.push(resolve));
  return { told, tell: (news: ConnectionNews): void => waiting.shift()?.(news) };
}

test('a stream goes on after the api was started anew, and the cut and its end are told', async () => {
  const { port } = new URL(api.url);
  const { told, tell } = toldNews();
  const following = follow(tell);
  await nextLine(following);
  const [cut, found] = [told(), told()];
  const next = nextLine(following);
  await api.close();
  expect(await cut).toMatchObject({ type: 'cut', asOf: expect.any(Number) });
  await progress(1, 'building', 'builds checkout@1');
  api = await startControlApi({ database: central.database, databaseUrl: central.url, port: Number(port) });
  expect(await next).toBe('builds checkout@1');
  expect((await found).type).toBe('found');
});

test('behind a proxy that holds the stream back it asks again and again, and says so; also after a new start', async () => {
  const { port } = new URL(api.url);
  const from = await proxied((answer) => answer.resume());
  const { told, tell } = toldNews();
  const following = follow(tell, from);
  const polled = told();
  expect(await nextLine(following)).toBe('queued');
  expect(await polled).toEqual({ type: 'polled', why: 'no first event in 5 s: a proxy may hold it back' });
  const [cut, found] = [told(), told()];
  const next = nextLine(following);
  await api.close();
  expect((await cut).type).toBe('cut');
  await progress(1, 'building', 'builds checkout@1');
  api = await startControlApi({ database: central.database, databaseUrl: central.url, port: Number(port) });
  expect(await next).toBe('building');
  expect((await found).type).toBe('found');
  await finish();
  expect((await linesOf(following)).at(-1)).toBe('undone before any host had switched: too many failed');
});
