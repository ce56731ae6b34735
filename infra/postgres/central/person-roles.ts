import type { PersonRoles } from '../../../activities/release/person-roles.ts';
import { holderKey, teamHolder } from '../../../domain/access/right.ts';
import type { ServiceName, TeamName } from '../../../domain/names.ts';
import type { Role } from '../../../domain/states.ts';
import type { Database, EntityManager } from '../connect.ts';
import { ApiToken, RoleGrant, TeamMember } from './entities.ts';

/**
 * A person has, for a service, the roles of all tokens of theirs that were not revoked, and those that were granted to them or
 * to a team of theirs. Revoking takes effect at the next question.
 */
export function createPersonRoles(database: Database): PersonRoles {
  return {
    async capacitiesOf(person, service) {
      const em = database.em.fork();
      const tokens = await em.find(ApiToken, { person, revokedAt: null }, { fields: ['roles'] });
      const { roles, inServices, teams } = await grantedTo(em, person);
      const here = inServices.filter((each) => each.service === service).map(({ role }) => role);
      return { roles: distinct([...tokens.flatMap((token) => token.roles), ...roles, ...here]), teams };
    },
  };
}

/** What was granted to a person, by name and by team. */
export interface Granted {
  readonly roles: readonly Role[];
  readonly inServices: readonly { readonly service: ServiceName; readonly role: Role }[];
  readonly teams: readonly TeamName[];
}

export async function grantedTo(em: EntityManager, person: string): Promise<Granted> {
  const members = await em.find(TeamMember, { person: holderKey(person) }, { orderBy: { team: 'asc' } });
  const teams = members.map(({ team }) => team);
  const holders = [holderKey(person), ...teams.map(teamHolder)];
  const grants = await em.find(RoleGrant, { holder: { $in: holders } }, { orderBy: { service: 'asc', role: 'asc' } });
  return {
    roles: distinct(grants.filter(({ service }) => service === '').map(({ role }) => role)),
    inServices: grants
      .filter(({ service }) => service !== '')
      .map(({ service, role }) => ({ service: service as ServiceName, role })),
    teams,
  };
}

export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
