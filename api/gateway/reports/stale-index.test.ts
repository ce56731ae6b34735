import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId } from '../../../domain/names.ts';
import { goalChannel } from '../../../infra/postgres/region/goal-store.ts';
import { goalIndexSchema, goalIndexType } from '../../../protocol/goal-index.ts';
import { verifyDocument } from '../../../protocol/dsse.ts';
import { pollResponseSchema } from '../../../protocol/gateway.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { absentAfterMs, admissionOf, attempt, createGoalRegion, director } from '../../../test/goal-region.ts';
import { placement, region, service, type GoalRegion } from '../../../test/goal-region.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';

let here: GoalRegion;
let gateway: TestGateway;
let aheadMs: number;
let isClosed: boolean;
let logged: string[];
let host: ShownIdentity;

beforeEach(async () => {
  here = await createGoalRegion();
  [aheadMs, isClosed, logged] = [0, false, []];
  const log = pino({ level: 'info' }, { write: (line) => void logged.push(line) });
  const now = (): number => performance.now() + aheadMs;
  gateway = await startGateway(here, { log, now, isClosed: () => isClosed });
  host = await enrollWithCertificate(here.database, hostId('a'), { role: 'web' });
});
afterEach(async () => {
  await gateway.close();
  await here.close();
});

/** Signs a goal, and with it the index anew. */
async function begin(deployment: number): Promise<void> {
  const next = placement(`next ${deployment}`, { role: 'web' });
  const knowing = { service, region, outcomes: [], centreGeneration: 0 as const };
  const input = { ...knowing, attempt: attempt(deployment), next, admission: admissionOf(next), absentAfterMs };
  const begun = await here.activities.beginRegion(input);
  if (begun.outcome !== 'written') throw new Error(begun.reason);
}

let sequence = 0;
const batchOf = (said: object) => ({ sequence: ++sequence, bootId: 'boot', agentVersion: '1', services: [], ...said });
const report = async (said: object): Promise<void> =>
  expect((await gateway.post('/v1/reports', host, batchOf(said))).status).toBe(204);
/** Version of the index that a poll is answered with: 0 for none. */
async function poll(more: object = {}): Promise<number> {
  const { body } = await gateway.post('/v1/poll', host, { known: [], waitMs: 1, ...more });
  const { index } = pollResponseSchema.parse(body);
  if (!index) return 0;
  const verified = verifyDocument(index.index, goalIndexType, [director.publicKey]);
  return goalIndexSchema.parse(verified.ok && verified.payload).version;
}
async function pollFrom(version: number): Promise<number> {
  for (;;) {
    const offered = await poll();
    if (offered >= version) return offered;
    await delay(5);
  }
}
async function metric(name: string): Promise<number | null> {
  const text = await (await gateway.get('/metrics', null)).text();
  const [, value] = new RegExp(`^${name} (.+)$`, 'm').exec(text) ?? [];
  return value === undefined ? null : Number(value);
}
const stale = (): Promise<number | null> => metric('slipway_gateway_stale_index_hosts');

test('a host that for five minutes says an index older than it was offered is counted and named, until it has a newer one', async () => {
  await begin(1);
  const first = await pollFrom(1);
  await report({ indexVersion: first });
  await begin(2);
  const second = await pollFrom(first + 1);
  for (let minutes = 0; minutes <= 4; minutes += 2) {
    await report({ indexVersion: first });
    aheadMs += 120_000;
  }
  expect([await stale(), logged.join('')]).toEqual([0, expect.not.stringContaining('old goal index')]);
  await poll({ report: batchOf({ indexVersion: first }) });
  expect(await stale()).toBe(1);
  expect(logged.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({ host: 'a', level: 40, msg: expect.stringContaining('an old goal index') }),
  );
  await poll({ report: batchOf({ indexVersion: second }) });
  expect(await stale()).toBe(0);
  expect(logged.join('')).toContain('a host takes up goal indexes again');
});

test('a host whose agent says nothing of indexes is not counted, and what it says is taken', async () => {
  await begin(1);
  await pollFrom(1);
  for (let minutes = 0; minutes <= 8; minutes += 2) {
    await report({});
    aheadMs += 120_000;
  }
  expect(await stale()).toBe(0);
});

test('how old the index is that is offered is told, and nothing while none is', async () => {
  expect(await metric('slipway_gateway_index_age_seconds')).toBeNull();
  await begin(1);
  await pollFrom(1);
  const before = (await metric('slipway_gateway_index_age_seconds'))!;
  expect(before).toBeGreaterThanOrEqual(0);
  expect(before).toBeLessThan(60);
  await delay(20);
  expect(await metric('slipway_gateway_index_age_seconds')).toBeGreaterThan(before);
  isClosed = true;
  await here.database.em.fork().execute(`select pg_notify('${goalChannel}', '')`);
  while ((await poll()) > 0) await delay(5);
  expect(await metric('slipway_gateway_index_age_seconds')).toBeNull();
});
