import type { PeopleDirectory } from '../../../api/control/people/people-directory.ts';
import type { SignedIn } from '../../../protocol/api/people.ts';
import type { Database, EntityManager } from '../connect.ts';
import { ApiToken, Region, WebSession } from './entities.ts';
import { distinct, grantedTo } from './person-roles.ts';
import { tokenHash } from './token.ts';

/** @see PeopleDirectory */
export function createPeopleDirectory(database: Database): PeopleDirectory {
  return {
    async findPerson(token) {
      const em = database.em.fork();
      return holderOf(em, tokenHash(token));
    },
    async findSession(secret) {
      const em = database.em.fork();
      const session = await em.findOne(WebSession, { hash: tokenHash(secret), expiresAt: { $gt: new Date() } });
      return session === null ? null : holderOf(em, session.tokenHash);
    },
    async findRegion(token) {
      const row = await database.em.fork().findOne(Region, { tokenHash: tokenHash(token), removedAt: null });
      return row?.name ?? null;
    },
  };
}

/** The roles of this very token, and what was granted to the person. */
async function holderOf(em: EntityManager, hash: string): Promise<SignedIn | null> {
  const row = await em.findOne(ApiToken, { hash, revokedAt: null });
  if (row === null) return null;
  const { roles, inServices, teams } = await grantedTo(em, row.person);
  return {
    person: row.person,
    roles: [...distinct([...row.roles, ...roles])],
    ...(inServices.length > 0 && { inServices: [...inServices] }),
    ...(teams.length > 0 && { teams: [...teams] }),
  };
}
