import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionName } from '../../../domain/names.ts';
import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import type { Database } from '../connect.ts';
import { claimRegion, connectRegionDatabase, WrongRegionError } from './region-database.ts';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await connectRegionDatabase({ url: testDatabase.url, applicationName: 'schema-test' });
});
afterAll(async () => {
  await database.close(true);
  await testDatabase.drop();
});

test('the migrations make exactly the tables that the entities describe', async () => {
  expect(await database.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
});

test('several programs may migrate one database at once', async () => {
  const fresh = await createTestDatabase();
  const programs = await Promise.all(
    [1, 2, 3].map(() => connectRegionDatabase({ url: fresh.url, applicationName: 'schema-test' })),
  );
  expect(await programs[0]!.em.fork().execute('select count(*)::int as applied from mikro_orm_migrations')).toEqual([
    { applied: 9 },
  ]);
  await Promise.all(programs.map((program) => program.close(true)));
  await fresh.drop();
});

test("a worker refuses another region's database", async () => {
  await claimRegion(database.em, regionName('eu-west'));
  await claimRegion(database.em, regionName('eu-west'));
  await expect(claimRegion(database.em, regionName('us-east'))).rejects.toThrow(WrongRegionError);
});
