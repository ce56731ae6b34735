import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let reader: string;

beforeAll(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  reader = await signIn(central.database, 'ada');
});
afterAll(async () => {
  await api.close();
  await central.close();
});
beforeEach(() => central.database.em.fork().execute('truncate region_summary'));

const counts = (healthy: number) => ({
  total: 5,
  healthy,
  unhealthy: 0,
  switching: 0,
  reverted: 0,
  unknown: 5 - healthy,
  absent: 0,
});

const service = (name: string, healthy: number) => ({
  service: name,
  attempt: { deployment: 3, local: 0 },
  generation: 1_700_000_000_000,
  mode: 'advance',
  hosts: counts(healthy),
  running: [{ release: 2, hosts: healthy }],
});

const summary = (sequence: number, ...services: object[]) => ({
  region: 'eu-west',
  sequence,
  at: '2026-11-24T12:00:00.000Z',
  services,
});

const send = (body: object, token = 'token-eu-west') => api.ask('/regions/v1/summaries', { token, body });

async function healthyOf(name: string): Promise<number | undefined> {
  const { body } = await api.ask('/v1/regions/eu-west', { token: reader });
  const { services } = body as { services: { service: string; hosts: { healthy: number } }[] };
  return services.find((each) => each.service === name)?.hosts.healthy;
}

test("a region's counts are what people see of it", async () => {
  expect((await send(summary(1, service('checkout', 4)))).status).toBe(204);
  const { body } = await api.ask('/v1/services/checkout/hosts', { token: reader });
  expect(body.items).toEqual([
    {
      service: 'checkout',
      region: 'eu-west',
      hosts: counts(4),
      running: [{ release: 2, hosts: 4 }],
      at: '2026-11-24T12:00:00.000Z',
      stale: false,
    },
  ]);
});

test('a summary that was overtaken by a newer one changes nothing', async () => {
  await send(summary(5, service('checkout', 5)));
  expect((await send(summary(4, service('checkout', 1)))).status).toBe(204);
  expect((await send(summary(5, service('checkout', 2)))).status).toBe(204);
  expect(await healthyOf('checkout')).toBe(5);
});

test('of summaries that arrive at once the highest number stays', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => send(summary(index + 1, service('checkout', index % 6)))));
  expect(await healthyOf('checkout')).toBe(19 % 6);
});

test('services may come in several summaries, each with its own number', async () => {
  await send(summary(8, service('checkout', 1)));
  await send(summary(7, service('search', 2)));
  expect([await healthyOf('checkout'), await healthyOf('search')]).toEqual([1, 2]);
});

test('a region speaks for itself alone', async () => {
  const answer = await send(summary(1, service('checkout', 4)), 'token-ap-south');
  expect(answer.status).toBe(403);
  expect(answer.body.detail).toBe("ap-south can't speak for eu-west");
  expect(await healthyOf('checkout')).toBeUndefined();
});

test('a thousand services fit into one summary', async () => {
  const services = Array.from({ length: 1_000 }, (_, index) => service(`service-${index}`, index % 6));
  expect((await send(summary(1, ...services))).status).toBe(204);
  expect(await healthyOf('service-999')).toBe(999 % 6);
});

test.each([
  ['an unknown token', summary(1), 'nobody', 401, 'sign-in'],
  [
    'a count below zero',
    summary(1, { ...service('checkout', 1), hosts: counts(6) }),
    undefined,
    400,
    'invalid-request',
  ],
  ['a field that is not known', { ...summary(1), more: 1 }, undefined, 400, 'invalid-request'],
])('refused: %s', async (_, body, token, status, code) => {
  const answer = await send(body, token);
  expect(answer.status).toBe(status);
  expect(codeOf(answer)).toBe(code);
});

test('counts that are older than a minute are called stale', async () => {
  await send(summary(1, service('checkout', 5)));
  await central.database.em.fork().execute(`update region_summary set received_at = now() - interval '61 seconds'`);
  const { body } = await api.ask('/v1/regions/eu-west', { token: reader });
  expect(body).toMatchObject({ stale: true, services: [{ stale: true, hosts: counts(5) }] });
});
