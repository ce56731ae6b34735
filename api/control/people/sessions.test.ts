import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { revokeApiToken } from '../../../infra/postgres/central/setup.ts';
import { ApiToken, Audit, SignInCode, WebSession } from '../../../infra/postgres/central/entities.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let token: string;

beforeAll(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  token = await signIn(central.database, 'ada', 'deployer');
});
afterAll(async () => {
  await api.close();
  await central.close();
});

const em = () => central.database.em.fork();
const send = (path: string, method: string, headers: Record<string, string> = {}, body?: object): Promise<Response> =>
  fetch(api.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
const bearer = (of: string) => ({ authorization: `Bearer ${of}` });
const cookieIn = (response: Response): string => response.headers.getSetCookie()[0] ?? '';
const open = (body: object, headers: Record<string, string> = {}) => send('/v1/session', 'POST', headers, body);
/** `slipway_session=…`, as a browser sends it back. */
const signInBrowser = async (of: string): Promise<string> => cookieIn(await open({ token: of })).split(';')[0]!;
const me = async (cookie: string): Promise<number> => (await send('/v1/me', 'GET', { cookie })).status;

test('a link signs a browser in once, as whoever asked for it, and nothing of it is kept but hashes', async () => {
  const link = (await (await send('/v1/sign-in-links', 'POST', bearer(token))).json()) as { path: string };
  const code = /^\/signin#code=([\w-]+)$/.exec(link.path)![1]!;
  const [first, second] = await Promise.all([open({ code }), open({ code })]);
  expect(new Set([first!.status, second!.status])).toEqual(new Set([200, 401]));
  const opened = first!.status === 200 ? first! : second!;
  expect(await opened.json()).toEqual({ person: 'ada', roles: ['deployer'] });
  const cookie = cookieIn(opened);
  expect(cookie).toMatch(
    /^slipway_session=[\w-]{43}; Max-Age=28800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
  );
  expect(await me(cookie.split(';')[0]!)).toBe(200);
  const secrets = [code, cookie.split(/[=;]/)[1]!, token];
  const kept = JSON.stringify([
    await em().find(SignInCode, {}),
    await em().find(WebSession, {}),
    await em().find(Audit, {}),
  ]);
  expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
});

test('a cookie that travels over https is never sent without', async () => {
  expect(cookieIn(await open({ token }, { 'x-forwarded-proto': 'https' }))).toContain('; Secure');
});

test('a code that has run out, or is none, opens nothing', async () => {
  const link = (await (await send('/v1/sign-in-links', 'POST', bearer(token))).json()) as { path: string };
  await em().nativeUpdate(SignInCode, {}, { expiresAt: new Date(Date.now() - 1) });
  for (const body of [{ code: link.path.split('=')[1]! }, { code: 'no-such-code' }, { token: 'no-such-token' }])
    expect((await open(body)).status).toBe(401);
  expect((await open({})).status).toBe(400);
  expect((await send('/v1/sign-in-links', 'POST')).status).toBe(401);
  expect((await send('/v1/sign-in-links', 'POST', bearer('no-such-token'))).status).toBe(401);
  // The next to ask sweeps up.
  await send('/v1/sign-in-links', 'POST', bearer(token));
  expect(await em().count(SignInCode, {})).toBe(1);
});

test('a session ends with its token, after eight hours, and when its browser signs out', async () => {
  const other = await signIn(central.database, 'mo', 'deployer');
  const [ofRevoked, old, left] = [await signInBrowser(other), await signInBrowser(token), await signInBrowser(token)];
  await revokeApiToken(central.database, other, 'test');
  expect(await me(ofRevoked)).toBe(401);
  const out = await send('/v1/session', 'DELETE', { cookie: left, 'sec-fetch-site': 'same-origin' });
  expect([out.status, cookieIn(out).startsWith('slipway_session=;')]).toEqual([204, true]);
  expect(await me(left)).toBe(401);
  expect(await me(old)).toBe(200);
  await em().nativeUpdate(WebSession, {}, { expiresAt: new Date(Date.now() - 1) });
  expect(await me(old)).toBe(401);
  const fresh = await signInBrowser(token);
  expect([await me(fresh), await em().count(WebSession, {})]).toEqual([200, 1]);
  expect(await em().count(ApiToken, {})).toBe(2);
});

test('the event stream takes a cookie too', async () => {
  const cookie = await signInBrowser(token);
  const cut = new AbortController();
  const stream = await fetch(`${api.url}/v1/events`, { headers: { cookie }, signal: cut.signal });
  expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  cut.abort();
});

test.each<[string, Record<string, string>, boolean]>([
  ['our own page', { 'sec-fetch-site': 'same-origin' }, true],
  ['no page at all', { 'sec-fetch-site': 'none' }, true],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }, false],
  ['another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }, false],
  ['an older browser elsewhere', { origin: 'http://evil.example' }, false],
  ['a frame without an origin', { origin: 'null' }, false],
  ['nobody knows where', {}, false],
])('a browser changes something from %s: %j', async (_, headers, allowed) => {
  const cookie = await signInBrowser(token);
  const key = { 'idempotency-key': `key-${Math.random()}` };
  const answer = await send('/v1/services/nothing/lock', 'POST', { cookie, ...key, ...headers }, { reason: 'INC-7' });
  expect(answer.status).toBe(allowed ? 404 : 403);
});

test('a page of the api itself says so by its origin', async () => {
  const cookie = await signInBrowser(token);
  const headers = { cookie, origin: api.url, 'idempotency-key': 'some-key-1' };
  expect((await send('/v1/services/nothing/lock', 'POST', headers, { reason: 'x' })).status).toBe(404);
  const elsewhere = { origin: 'http://evil.example' };
  expect((await open({ token }, elsewhere)).status).toBe(403);
  expect((await send('/v1/session', 'DELETE', { cookie, ...elsewhere })).status).toBe(403);
});
