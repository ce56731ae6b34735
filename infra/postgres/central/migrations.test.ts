import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { openDatabase } from '../connect.ts';
import { centralEntities, Deployment, InboxRow, Release } from './entities.ts';
import { centralMigrations } from './migrations.ts';

let empty: TestDatabase;
beforeAll(async () => {
  empty = await createTestDatabase();
});
afterAll(() => empty.drop());

test('rows of the versions before get what later ones keep: a list of authors, what ran before', async () => {
  const database = await openDatabase({
    url: empty.url,
    entities: centralEntities,
    migrations: centralMigrations,
    applicationName: 'test',
  });
  try {
    await database.migrator.up('0001-initial-schema');
    const em = database.em.fork();
    await em.execute(`
      insert into service (name, repository, clone_url, folder, branch, owners, added_at)
        values ('checkout', 'acme/checkout', '/x', '.', 'main', '[]', now());
      insert into release (service, number, commit, subject, author, pusher, state, created_at)
        values ('checkout', 1, 'a', 'Fix', 'lin', 'pat', 'ready', now());
      insert into deployment (service, number, kind, release, key, source, state, regions, pending, opened_at)
        values ('checkout', 1, 'rollout', 1, 'm', '{"from":"merge","author":"lin","pusher":"pat"}', 'queued', '[]', '[]', now()),
               ('checkout', 2, 'rollout', 1, 'p', '{"from":"person","person":"ada"}', 'queued', '[]', '[]', now());
      insert into inbox (service, delivery_key, payload, received_at)
        values ('checkout', 'm', '{"kind":"rollout","source":{"from":"merge","author":"lin"}}', now());
      update service set current_release = 1;
      update deployment set started_at = now() where number = 1;
    `);
    await database.migrator.up();
    expect(await em.find(Release, {})).toMatchObject([{ authors: ['lin'], pusher: 'pat' }]);
    const sources = (await em.find(Deployment, {}, { orderBy: { number: 'asc' } })).map(({ source }) => source);
    expect(sources).toEqual([
      { from: 'merge', authors: ['lin'], pusher: 'pat' },
      { from: 'person', person: 'ada' },
    ]);
    // What has begun goes away from what runs now; what waits in a lane has not begun.
    const from = (await em.find(Deployment, {}, { orderBy: { number: 'asc' } })).map(({ fromRelease }) => fromRelease);
    expect(from).toEqual([1, null]);
    expect((await em.find(InboxRow, {})).map(({ payload }) => payload.source)).toEqual([
      { from: 'merge', authors: ['lin'] },
    ]);
  } finally {
    await database.close(true);
  }
});
