import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createCommitStatuses } from '../../../infra/postgres/central/commit-statuses.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { commitOf, deliver } from '../../../test/webhook-delivery.ts';
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
beforeEach(() => central.database.em.fork().execute('truncate commit_status, delivery, inbox'));

const repository = { full_name: 'acme/checkout' };
const status = (more: object = {}) => ({
  id: 7,
  sha: commitOf('a'),
  context: 'ci/lint',
  state: 'success',
  target_url: 'https://ci.example/7',
  updated_at: '2026-11-24T12:00:05Z',
  repository,
  ...more,
});
const checkRun = (more: object = {}) => ({
  action: 'completed',
  check_run: {
    id: 8,
    head_sha: commitOf('a'),
    name: 'unit',
    status: 'completed',
    conclusion: 'failure',
    started_at: '2026-11-24T12:00:00Z',
    completed_at: '2026-11-24T12:00:09Z',
    html_url: 'https://code.example/runs/8',
    ...more,
  },
  repository,
});
const known = () =>
  createCommitStatuses(central.database).list('acme/checkout', commitOf('a'), new AbortController().signal);
const answerOf = async (response: Response): Promise<WebhookAnswer> => (await response.json()) as WebhookAnswer;
const deliveries = (): Promise<Record<string, unknown>[]> =>
  central.database.em.fork().execute('select guid, event, outcome from delivery order by id');

test('statuses and check runs are kept, and start nothing', async () => {
  const first = await deliver(api, status(), { event: 'status', id: 'one' });
  const second = await deliver(api, checkRun(), { event: 'check_run', id: 'two' });
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(await answerOf(first)).toEqual({
    accepted: [],
    ignored: [],
    status: { commit: commitOf('a'), context: 'ci/lint', outcome: 'stored' },
  });
  expect(await known()).toEqual([
    { context: 'ci/lint', state: 'success', url: 'https://ci.example/7', at: '2026-11-24T12:00:05.000Z' },
    { context: 'unit', state: 'failure', url: 'https://code.example/runs/8', at: '2026-11-24T12:00:09.000Z' },
  ]);
  expect(await deliveries()).toEqual([
    { guid: 'one', event: 'status', outcome: 'accepted' },
    { guid: 'two', event: 'check_run', outcome: 'accepted' },
  ]);
  expect(await central.database.em.fork().execute('select 1 from inbox')).toEqual([]);
});

test('delivered twice, late and in any order, the newest counts', async () => {
  const outcomes: unknown[] = [];
  const sent = [
    checkRun({ id: 9, conclusion: 'success', completed_at: '2026-11-24T12:30:00Z' }),
    checkRun(),
    checkRun({ status: 'in_progress', conclusion: null, completed_at: null }),
    checkRun({ id: 9, conclusion: 'success', completed_at: '2026-11-24T12:30:00Z' }),
  ];
  for (const payload of sent)
    outcomes.push((await answerOf(await deliver(api, payload, { event: 'check_run' }))).status?.outcome);
  expect(outcomes).toEqual(['stored', 'older', 'older', 'repeated']);
  expect(await known()).toMatchObject([{ context: 'unit', state: 'success' }]);
});

test.each([
  ['status', status()],
  ['check_run', checkRun()],
])('a %s that nobody signed leaves nothing behind', async (event, payload) => {
  for (const delivery of [{ signature: null }, { secret: 'a guess' }]) {
    const response = await deliver(api, payload, { event, ...delivery });
    expect(response.status).toBe(401);
  }
  expect([...(await known()), ...(await deliveries())]).toEqual([]);
});

test.each([
  ['status', status({ state: 'green' }), 'state'],
  ['status', status({ sha: 'main' }), 'sha'],
  ['check_run', { repository }, 'check_run'],
])('a %s that is none is refused', async (event, payload, path) => {
  const response = await deliver(api, payload, { event });
  expect(response.status).toBe(400);
  expect(((await response.json()) as Problem).errors).toMatchObject([{ path }]);
  expect(await deliveries()).toEqual([]);
});

test('a repository that nothing is deployed from is noted and ignored', async () => {
  const response = await deliver(api, status({ repository: { full_name: 'acme/other' } }), { event: 'status' });
  expect(response.status).toBe(202);
  expect((await answerOf(response)).ignored).toMatchObject([{ reason: 'unknown-repository' }]);
  expect(await deliveries()).toMatchObject([{ event: 'status', outcome: 'ignored' }]);
});
