import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { centralEntities } from '../../../infra/postgres/central/entities.ts';
import { openDatabase } from '../../../infra/postgres/connect.ts';
import { addService, createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { commitOf, deliver, pushOf } from '../../../test/webhook-delivery.ts';
import type { WebhookAnswer } from '../../../protocol/api/webhook.ts';
import type { Problem } from '../../../protocol/problem.ts';

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
beforeEach(() => central.database.em.fork().execute('truncate inbox, delivery'));

const rows = (table: 'inbox' | 'delivery'): Promise<Record<string, unknown>[]> =>
  central.database.em.fork().execute(`select * from ${table} order by id`);
const answerOf = async (response: Response): Promise<WebhookAnswer> => (await response.json()) as WebhookAnswer;
const problemOf = async (response: Response): Promise<Problem> => (await response.json()) as Problem;

test('a merge is written down before it is answered', async () => {
  const response = await deliver(api, pushOf(), { id: 'delivery-1' });
  expect(response.status).toBe(202);
  const key = `merge:checkout:main:${commitOf('b')}:${commitOf('a')}`;
  expect(await answerOf(response)).toEqual({ accepted: [{ service: 'checkout', key, repeated: false }], ignored: [] });
  const source = { from: 'merge', authors: ['lin'], pusher: 'lin', commit: commitOf('a'), subject: 'Fix the total' };
  expect(await rows('inbox')).toMatchObject([
    { service: 'checkout', delivery_key: key, delivered_at: null, payload: { kind: 'rollout', source } },
  ]);
  expect(await rows('delivery')).toMatchObject([{ guid: 'delivery-1', event: 'push', outcome: 'accepted' }]);
});

const forged = `sha256=${createHmac('sha256', 'a guess').update(JSON.stringify(pushOf())).digest('hex')}`;
const withEmptySecret = `sha256=${createHmac('sha256', '').update(JSON.stringify(pushOf())).digest('hex')}`;

test.each([
  ['without a signature', null],
  ['signed with another secret', forged],
  ['signed with no secret at all', withEmptySecret],
  ['with a signature of the old kind', 'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['with half a signature', forged.slice(0, 20)],
  ['with a signature in capitals', forged.toUpperCase()],
])('a delivery %s is refused and leaves nothing behind', async (_, signature) => {
  const response = await deliver(api, pushOf(), { signature });
  expect(response.status).toBe(401);
  expect((await problemOf(response)).type).toMatch(/\/bad-signature$/);
  expect([...(await rows('inbox')), ...(await rows('delivery'))]).toEqual([]);
});

test('an api whose secret is empty believes nobody', async () => {
  const open = await startControlApi({ database: central.database, databaseUrl: central.url, secret: '' });
  try {
    const response = await deliver(open, pushOf(), { signature: withEmptySecret });
    expect(response.status).toBe(401);
  } finally {
    await open.close();
  }
});

test('the signature is over the bytes as they came, whatever they say', async () => {
  const spaced = `  ${JSON.stringify(pushOf(), null, 3)}\n`;
  expect((await deliver(api, spaced)).status).toBe(202);
});

test.each([
  ['no JSON', '{"ref":', 400, 'invalid-request'],
  ['not UTF-8', undefined, 400, 'invalid-request'],
  ['another document', '{"hello":"world"}', 400, 'invalid-request'],
  ['nothing', '', 400, 'invalid-request'],
  ['more than five megabytes', JSON.stringify(pushOf({ filler: 'x'.repeat(6 * 1024 * 1024) })), 413, 'too-large'],
])('a signed body that is %s is refused', async (_, body, status, code) => {
  const response =
    body === undefined ? await deliverBytes(Buffer.from([0x22, 0xff, 0xfe, 0x22])) : await deliver(api, body);
  expect(response.status).toBe(status);
  const problem = await problemOf(response);
  expect(problem.type).toMatch(new RegExp(`/${code}$`));
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect(await rows('inbox')).toEqual([]);
});

test.each([
  ['no event', { event: '' }, 'X-GitHub-Event must be the name of an event'],
  ['an event of two lines of text', { event: 'push now' }, 'X-GitHub-Event must be the name of an event'],
  ['no id', { id: '' }, 'X-GitHub-Delivery must be the id of a delivery'],
  ['an id that is a path', { id: '../../x' }, 'X-GitHub-Delivery must be the id of a delivery'],
  ['an id without end', { id: 'x'.repeat(101) }, 'X-GitHub-Delivery must be the id of a delivery'],
])('a signed delivery with %s is refused and leaves nothing behind', async (_, headers, detail) => {
  const response = await deliver(api, pushOf(), headers);
  expect([response.status, (await problemOf(response)).detail]).toEqual([400, detail]);
  expect([...(await rows('inbox')), ...(await rows('delivery'))]).toEqual([]);
});

test('a merge counts everybody whose commits it brought as its authors', async () => {
  const commits = ['kim', 'lin', 'KIM'].map((username) => ({ author: { name: username, username } }));
  expect((await deliver(api, pushOf({ commits }))).status).toBe(202);
  expect(await rows('inbox')).toMatchObject([{ payload: { source: { authors: ['lin', 'kim'] } } }]);
});

function deliverBytes(body: Buffer): Promise<Response> {
  const signature = `sha256=${createHmac('sha256', 'the secret that the code review knows').update(body).digest('hex')}`;
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'bytes', 'x-hub-signature-256': signature };
  return fetch(`${api.url}/webhooks/github`, { method: 'POST', headers, body: new Uint8Array(body) });
}

test('the same merge under a new delivery id is the same merge', async () => {
  await deliver(api, pushOf(), { id: 'first' });
  const again = await answerOf(await deliver(api, pushOf(), { id: 'second' }));
  expect(again.accepted).toMatchObject([{ service: 'checkout', repeated: true }]);
  expect(await rows('inbox')).toHaveLength(1);
  expect((await rows('delivery')).map(({ outcome }) => outcome)).toEqual(['accepted', 'repeated']);
});

test.each([
  [
    'a repository that nothing is deployed from',
    pushOf({ repository: { full_name: 'acme/other' } }),
    'unknown-repository',
  ],
  ['another branch', pushOf({ ref: 'refs/heads/try' }), 'other-branch'],
  ['a tag', pushOf({ ref: 'refs/tags/v1' }), 'tag'],
  ['a branch that was deleted', pushOf({ after: '0'.repeat(40), head_commit: null }), 'branch-deleted'],
  ['a branch that did not move', pushOf({ after: commitOf('b') }), 'unchanged'],
])('a push of %s is acknowledged, noted and ignored', async (_, push, reason) => {
  const response = await deliver(api, push);
  expect(response.status).toBe(202);
  const { accepted, ignored } = await answerOf(response);
  expect(accepted).toEqual([]);
  expect(ignored).toMatchObject([{ reason }]);
  expect(await rows('inbox')).toEqual([]);
  expect(await rows('delivery')).toMatchObject([{ outcome: 'ignored', reason: ignored[0]?.message }]);
});

test('a ping is acknowledged, so that the code review shows the webhook as working', async () => {
  const response = await deliver(api, { zen: 'Keep it logically awesome.', hook_id: 1 }, { event: 'ping' });
  expect(response.status).toBe(202);
  expect((await answerOf(response)).ignored).toMatchObject([{ reason: 'other-event' }]);
  expect(await rows('delivery')).toMatchObject([{ event: 'ping', outcome: 'ignored' }]);
});

test('one repository may move several services, each once', async () => {
  await addService(central.database, 'checkout-admin');
  await central.database.em
    .fork()
    .execute(`update service set repository = 'Acme/Checkout', folder = 'admin' where name = 'checkout-admin'`);
  const { accepted } = await answerOf(await deliver(api, pushOf()));
  expect(accepted.map(({ service }) => service).toSorted()).toEqual(['checkout', 'checkout-admin']);
  await central.database.em.fork().execute(`delete from inbox; delete from service where name = 'checkout-admin'`);
});

test('a hundred deliveries of one merge at once, over two processes, are one merge', async () => {
  const other = await startControlApi({ database: central.database, databaseUrl: central.url });
  try {
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, index) => deliver(index % 2 === 0 ? api : other, pushOf())),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    const answers = await Promise.all(responses.map(answerOf));
    expect(answers.filter(({ accepted }) => accepted[0]?.repeated === false)).toHaveLength(1);
    expect(await rows('inbox')).toHaveLength(1);
    expect(await rows('delivery')).toHaveLength(100);
  } finally {
    await other.close();
  }
});

test('while the database is away the code review is told at once to come again', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/nothing';
  const database = await openDatabase({ url, entities: centralEntities, migrations: [], applicationName: 'test' });
  const cutOff = await startControlApi({ database, databaseUrl: url });
  try {
    const startedAt = performance.now();
    const response = await deliver(cutOff, pushOf());
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(response)).toMatchObject({
      retryable: true,
      detail: 'the central database does not answer',
    });
  } finally {
    await cutOff.close();
    await database.close(true);
  }
});
