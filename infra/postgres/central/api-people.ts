import type { PeopleDirectory } from '../../../api/control/people/people-directory.ts';
import type { Database } from '../connect.ts';
import { ApiToken, Region, WebSession } from './entities.ts';
import { tokenHash } from './token.ts';

/** @see PeopleDirectory */
export function createPeopleDirectory(database: Database): PeopleDirectory {
  return {
    async findPerson(token) {
      const row = await database.em.fork().findOne(ApiToken, { hash: tokenHash(token), revokedAt: null });
      return row === null ? null : { person: row.person, roles: [...row.roles] };
    },
    async findSession(secret) {
      const em = database.em.fork();
      const session = await em.findOne(WebSession, { hash: tokenHash(secret), expiresAt: { $gt: new Date() } });
      const row = session === null ? null : await em.findOne(ApiToken, { hash: session.tokenHash, revokedAt: null });
      return row === null ? null : { person: row.person, roles: [...row.roles] };
    },
    async findRegion(token) {
      const row = await database.em.fork().findOne(Region, { tokenHash: tokenHash(token) });
      return row?.name ?? null;
    },
  };
}
