import type { PersonRoles } from '../../../activities/release/person-roles.ts';
import type { Role } from '../../../domain/states.ts';
import type { Database } from '../connect.ts';
import { ApiToken } from './entities.ts';

/** A person has the roles of all tokens of theirs that were not revoked: revoking takes effect at the next question. */
export function createPersonRoles(database: Database): PersonRoles {
  return {
    async rolesOf(person) {
      const tokens = await database.em.fork().find(ApiToken, { person, revokedAt: null }, { fields: ['roles'] });
      return [...new Set<Role>(tokens.flatMap(({ roles }) => roles))];
    },
  };
}
