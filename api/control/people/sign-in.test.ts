import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { revokeApiToken } from '../../../infra/postgres/central/setup.ts';
import { pathOf, routes, type Route, type RouteName } from '../../../protocol/api/routes.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let api: TestControlApi;

beforeAll(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
});
afterAll(async () => {
  await api.close();
  await central.close();
});

const everyRoute = (Object.entries(routes) as [RouteName, Route][]).map(([name, route]) => ({ name, ...route }));
const reading = '00000000-0000-4000-8000-000000000000';
const place = { service: 'checkout', deployment: 1, release: 1, region: 'eu-west', freeze: 1, reading };
const ask = ({ name, method }: { name: RouteName; method: string }, token?: string) =>
  api.ask(pathOf(name, place), { method, ...(method === 'GET' ? {} : { body: {} }), ...(token && { token }) });

test.each(everyRoute)('$method $path lets nobody in without a token', async (route) => {
  const answer = await ask(route);
  expect(answer.status).toBe(401);
  expect(codeOf(answer)).toBe('sign-in');
});

test.each(everyRoute.filter(({ allows }) => allows !== 'signed-in'))(
  '$method $path names the role that is missing',
  async (route) => {
    const answer = await ask(route, await signIn(central.database, 'guest'));
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe('not-allowed');
    expect(answer.body.detail).toContain((route.allows as readonly string[]).join(' or '));
  },
);

test('a deployer may not do what is for release owners', async () => {
  const token = await signIn(central.database, 'ada', 'deployer');
  const answer = await ask({ name: 'putService', method: 'PUT' }, token);
  expect(answer.body.detail).toBe('ada needs the role release-owner');
});

test('a token says who one is', async () => {
  const token = await signIn(central.database, 'mo', 'release-owner', 'deployer');
  const { body } = await api.ask('/v1/me', { token });
  expect(body).toEqual({ person: 'mo', roles: ['release-owner', 'deployer'] });
});

test('a token that was revoked opens nothing, from the next request on', async () => {
  const token = await signIn(central.database, 'ada', 'deployer');
  expect((await api.ask('/v1/me', { token })).status).toBe(200);
  await revokeApiToken(central.database, token, 'test');
  expect((await api.ask('/v1/me', { token })).status).toBe(401);
  expect((await api.ask('/v1/events', { token })).status).toBe(401);
});

test("a person's token is not a region's, nor a region's a person's", async () => {
  expect((await api.ask('/v1/me', { token: 'token-eu-west' })).status).toBe(401);
  const token = await signIn(central.database, 'mo', 'release-owner');
  expect((await api.ask('/regions/v1/summaries', { token, body: {} })).status).toBe(401);
});

test.each(['Basic bW86c2VjcmV0', 'Bearer', 'Bearer a b', `Bearer ${'x'.repeat(600)}`])(
  'the header %s is no token',
  async (authorization) => {
    const response = await fetch(`${api.url}/v1/me`, { headers: { authorization } });
    expect(response.status).toBe(401);
  },
);

test('a POST without an Idempotency-Key is refused, since a repeat could not be told from a new request', async () => {
  const token = await signIn(central.database, 'ada', 'deployer');
  const response = await fetch(`${api.url}/v1/services/checkout/lock`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"reason":"INC-7"}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ path: 'Idempotency-Key' }] });
});

test('a field that is not known is a mistake, named with its place', async () => {
  const token = await signIn(central.database, 'ada', 'deployer');
  const answer = await api.ask('/v1/services/checkout/lock', { token, body: { reason: 'INC-7', untill: 'noon' } });
  expect(answer.status).toBe(400);
  expect(String(answer.body.detail)).toContain('untill');
});
