import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { regionName } from '../domain/names.ts';
import { createLeftHostsOutbox } from '../infra/postgres/region/left-hosts.ts';
import { createSummaryOutbox } from '../infra/postgres/region/summary-outbox.ts';
import { regionSummarySchema } from '../protocol/summary.ts';
import type { RegionSummary } from '../protocol/summary.ts';
import { createRegionDatabase } from '../test/region-database.ts';
import type { TestRegionDatabase } from '../test/region-database.ts';
import { within } from '../test/slowness.ts';
import { connectCentre } from './centre.ts';
import { runSummaryLoop } from './summary-loop.ts';
import { createWakeUp } from './wake-up.ts';

const region = regionName('eu-west');
let database: TestRegionDatabase;
/** What a test started, ended newest first. */
let cleanups: (() => Promise<unknown>)[];
beforeEach(async () => {
  database = await createRegionDatabase();
  cleanups = [database.close];
});
afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

interface Received {
  readonly at: number;
  readonly token: string | undefined;
  readonly summary: RegionSummary;
}

/** Answers with `statuses` one by one, then with 204. */
async function startCentre(statuses: readonly number[] = []) {
  const received: Received[] = [];
  const take = async (request: IncomingMessage): Promise<number> => {
    if (request.method !== 'POST' || request.url !== '/regions/v1/summaries') return 404;
    const at = performance.now();
    const summary = regionSummarySchema.parse(await json(request));
    received.push({ at, token: request.headers.authorization, summary });
    return statuses[received.length - 1] ?? 204;
  };
  const server = createServer((request, response) => {
    void take(request).then((status) => response.writeHead(status).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function startLoop(apiUrl: string) {
  const stop = new AbortController();
  const told: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void told.push((JSON.parse(line) as { msg: string }).msg) });
  const wakeUp = createWakeUp();
  const outbox = createSummaryOutbox(database.database, region);
  const leftHosts = createLeftHostsOutbox(database.database, region);
  const centre = connectCentre(apiUrl, 'the-token', region);
  const running = runSummaryLoop({ outbox, leftHosts, centre, wakeUp, log }, stop.signal);
  const end = async () => {
    stop.abort();
    await running;
  };
  cleanups.push(end);
  return { wake: wakeUp.wake, told, end };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const addGoal = (service: string) =>
  database.database.em.fork().execute(`
    insert into goal values ('${service}', '{"attempt":{"deployment":1,"local":0},"mode":"hold","base":null,"next":null}', 5,
      '{}', 'e', '[]', null, 60000, now(), now(), now())`);

test('the centre hears of changes soon, and never twice within a second', async () => {
  const { received, url } = await startCentre();
  const loop = startLoop(url);
  await until(() => received.length >= 1);
  expect(received[0]).toMatchObject({ token: 'Bearer the-token', summary: { region, services: [] } });
  await addGoal('checkout');
  loop.wake();
  await until(() => received.length >= 2);
  expect(received[1]!.summary.services).toMatchObject([{ service: 'checkout', generation: 5, mode: 'hold' }]);
  await addGoal('search');
  loop.wake();
  await until(() => received.length >= 3);
  const [first, second, third] = received as [Received, Received, Received];
  // A look that nothing woke comes after five seconds.
  const latestMs = within(4_000, { otherwiseMs: 5_000 });
  expect([second.at - first.at, third.at - second.at].filter((ms) => ms < 950 || ms > latestMs)).toEqual([]);
  expect(third.summary.sequence).toBeGreaterThan(second.summary.sequence);
  expect(loop.told).toEqual([]);
});

test('a centre that refuses or fails gets the newest counts when it is back, and people are told once', async () => {
  const { received, url } = await startCentre([401, 503]);
  const loop = startLoop(url);
  await until(() => received.length >= 1);
  await addGoal('checkout');
  await until(() => received.length >= 3);
  expect(received[2]!.summary.services).toHaveLength(1);
  const away = 'the centre took no summary of this region; trying again';
  await until(() => loop.told.length === 2);
  expect(loop.told).toEqual([away, 'the centre takes summaries again']);
});

test('the loop ends at once while the centre does not answer', async () => {
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const loop = startLoop(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await asked.promise;
  const from = performance.now();
  await loop.end();
  expect(performance.now() - from).toBeLessThan(within(2_000, { otherwiseMs: 5_000 }));
  expect(loop.told).toEqual([]);
});
