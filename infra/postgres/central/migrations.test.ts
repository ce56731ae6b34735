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

test('the one author of releases, deployments and inbox rows of the version before becomes a list', async () => {
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
    `);
    await database.migrator.up();
    expect(await em.find(Release, {})).toMatchObject([{ authors: ['lin'], pusher: 'pat' }]);
    const sources = (await em.find(Deployment, {}, { orderBy: { number: 'asc' } })).map(({ source }) => source);
    expect(sources).toEqual([
      { from: 'merge', authors: ['lin'], pusher: 'pat' },
      { from: 'person', person: 'ada' },
    ]);
    expect((await em.find(InboxRow, {})).map(({ payload }) => payload.source)).toEqual([
      { from: 'merge', authors: ['lin'] },
    ]);
  } finally {
    await database.close(true);
  }
});
