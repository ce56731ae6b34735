import type { PeopleDirectory } from '../../../api/control/people/people-directory.ts';
import type { Database } from '../connect.ts';
import { ApiToken, Region } from './entities.ts';
import { tokenHash } from './token.ts';

/** @see PeopleDirectory */
export function createPeopleDirectory(database: Database): PeopleDirectory {
  return {
    async findPerson(token) {
      const row = await database.em.fork().findOne(ApiToken, { hash: tokenHash(token), revokedAt: null });
      return row === null ? null : { person: row.person, roles: [...row.roles] };
    },
    async findRegion(token) {
      const row = await database.em.fork().findOne(Region, { tokenHash: tokenHash(token) });
      return row?.name ?? null;
    },
  };
}
