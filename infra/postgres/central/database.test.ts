import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase } from '../../../test/postgres.ts';
import type { TestDatabase } from '../../../test/postgres.ts';
import { connectCentral } from './database.ts';

let empty: TestDatabase;
beforeAll(async () => {
  empty = await createTestDatabase();
});
afterAll(() => empty.drop());

test('programs that start at once migrate an empty database once, to the schema of the entities', async () => {
  const connect = () => connectCentral({ url: empty.url, applicationName: 'test' });
  const databases = await Promise.all([connect(), connect(), connect()]);
  try {
    const applied = await databases[0]!.migrator.getExecuted();
    expect(applied.map(({ name }) => name)).toEqual([
      '0001-initial-schema',
      '0002-release-authors',
      '0003-obligation-tried-at',
      '0004-what-people-ask',
      '0005-audit-of-an-object',
      '0006-goes-on-as',
      '0008-what-a-merge-carries',
      '0009-hotfix',
      '0010-commit-statuses',
      '0011-hooks',
      '0013-recovery',
      '0014-access',
      '0015-fleet',
      '0016-lanes-follow-up',
      '0018-left-hosts',
      '0019-lane-runs',
      '0024-region-life',
      '0025-log-readings',
      '0026-left-hosts-gone',
    ]);
    expect(await databases[0]!.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
  } finally {
    await Promise.all(databases.map((database) => database.close(true)));
  }
});
