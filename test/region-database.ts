import { connectRegionDatabase } from '../infra/postgres/region/region-database.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { createTestDatabase } from './postgres.ts';

export interface TestRegionDatabase {
  readonly database: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** A migrated, empty database of a region. */
export async function createRegionDatabase(): Promise<TestRegionDatabase> {
  const made = await createTestDatabase({
    name: 'region',
    prepare: async (url) => (await connectRegionDatabase({ url, applicationName: 'template' })).close(true),
  });
  const database = await connectRegionDatabase({ url: made.url, applicationName: 'test' });
  return {
    database,
    url: made.url,
    async close() {
      await database.close(true);
      await made.drop();
    },
  };
}
