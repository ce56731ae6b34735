import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commitStates } from '../../../domain/gate/commit-status.ts';
import { isNewer, type ReportedStatus } from '../../../domain/gate/reported-status.ts';
import { serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { createStatusInbox } from './api-status-inbox.ts';
import { createCommitStatuses } from './commit-statuses.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());
beforeEach(() => central.database.em.fork().execute('truncate commit_status, delivery'));

const commit = 'a'.repeat(40);
const delivery = { guid: 'g', event: 'status', traceparent: null };
const at = (second: number): string => `2026-11-24T12:00:0${second}.000Z`;
const status = (more: Partial<ReportedStatus> = {}): ReportedStatus => ({
  repository: 'acme/checkout',
  commit,
  context: 'ci/lint',
  state: 'success',
  url: null,
  at: at(0),
  sequence: 1,
  ...more,
});
const take = (one: ReportedStatus) => createStatusInbox(central.database).takeStatus(delivery, one);
const list = (repository = 'acme/checkout') =>
  createCommitStatuses(central.database).list(repository, commit, new AbortController().signal);

test('each context of a commit keeps its newest, in whatever order the deliveries come', async () => {
  expect(await take(status({ state: 'pending', at: at(1) }))).toBe('stored');
  expect(await take(status({ state: 'pending', at: at(1) }))).toBe('repeated');
  expect(await take(status({ state: 'success', at: at(3), sequence: 3, url: 'https://ci.example/3' }))).toBe('stored');
  expect(await take(status({ state: 'failure', at: at(2), sequence: 2 }))).toBe('older');
  expect(await take(status({ state: 'success', at: at(3), sequence: 3, url: 'https://ci.example/3' }))).toBe(
    'repeated',
  );
  expect(await take(status({ context: 'ci/unit', state: 'pending' }))).toBe('stored');
  expect(await list()).toEqual([
    { context: 'ci/lint', state: 'success', url: 'https://ci.example/3', at: at(3) },
    { context: 'ci/unit', state: 'pending', url: null, at: at(0) },
  ]);
});

test('a repository is the same in other letters, and another commit is another', async () => {
  await take(status({ repository: 'Acme/Checkout' }));
  await take(status({ commit: 'b'.repeat(40), state: 'failure' }));
  expect(await list('ACME/checkout')).toHaveLength(1);
  expect(await list('acme/other')).toEqual([]);
});

test('each delivery is noted with what became of it', async () => {
  for (const one of [status({ at: at(2) }), status({ at: at(2) }), status({ at: at(1) })]) await take(one);
  const noted = await central.database.em.fork().execute('select event, outcome, reason from delivery order by id');
  expect(noted).toEqual([
    { event: 'status', outcome: 'accepted', reason: null },
    { event: 'status', outcome: 'repeated', reason: null },
    { event: 'status', outcome: 'ignored', reason: `a newer status of ci/lint on ${commit} is known` },
  ]);
});

const drawn = fc.record({
  at: fc.integer({ min: 0, max: 2 }).map(at),
  sequence: fc.integer({ min: 1, max: 2 }),
  state: fc.constantFrom(...commitStates),
});

test('the database decides as the rule does', async () => {
  await fc.assert(
    fc.asyncProperty(drawn, drawn, async (known, delivered) => {
      await central.database.em.fork().execute('truncate commit_status');
      await take(status(known));
      expect((await take(status(delivered))) === 'stored').toBe(isNewer(status(delivered), status(known)));
    }),
    { numRuns: 60 },
  );
});

test('deliveries at once leave the newest', async () => {
  const all = Array.from({ length: 20 }, (_, index) =>
    status({ at: `2026-11-24T12:00:${String(index + 10)}.000Z`, sequence: index, url: `https://ci.example/${index}` }),
  );
  await Promise.all(all.toSorted((a, b) => ((a.sequence * 7) % 20) - ((b.sequence * 7) % 20)).map(take));
  expect(await list()).toMatchObject([{ url: 'https://ci.example/19' }]);
});

test('what nobody has deployed after 90 days is forgotten, a few with each delivery', async () => {
  const em = central.database.em.fork();
  await em.execute(
    `insert into commit_status select 'acme/checkout', lpad(n::text, 40, '0'), 'ci/lint', 'success', null,
     now() - interval '91 days', n, now() - case when n > 30 then interval '89 days' else interval '91 days' end
     from generate_series(1, 40) n`,
  );
  const left = async () => (await em.execute('select 1 from commit_status')).length;
  await take(status());
  expect(await left()).toBe(21);
  await take(status({ at: at(1) }));
  expect(await left()).toBe(11);
  await take(status({ at: at(2) }));
  expect(await left()).toBe(11);
});

test('a service is found by its name', async () => {
  const { findRepository } = createCommitStatuses(central.database);
  expect(await findRepository(serviceName('checkout'))).toBe('acme/checkout');
  expect(await findRepository(serviceName('nobody'))).toBeNull();
});
