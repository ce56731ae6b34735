import { defineEntity, p } from '@mikro-orm/core';
import type { TeamName } from '../../../../domain/names.ts';
import type { Role } from '../../../../domain/states.ts';

/** A person's key to the API. Only its hash is kept. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    hash: p.text().primary(),
    person: p.text().index('api_token_person'),
    roles: p.json<readonly Role[]>(),
    createdAt: p.datetime(3),
    revokedAt: p.datetime(3).nullable(),
  },
});

const keyOfToken = () =>
  p.manyToOne(ApiToken).mapToPk().fieldName('token_hash').deleteRule('cascade').updateRule('no action');

/** Signs a browser in once, as whoever holds the token. Only its hash is kept. */
export const SignInCode = defineEntity({
  name: 'SignInCode',
  tableName: 'sign_in_code',
  properties: { hash: p.text().primary(), tokenHash: () => keyOfToken(), expiresAt: p.datetime(3) },
});

/** A browser that is signed in, as whoever holds the token: it ends with that. Only the hash of its cookie is kept. */
export const WebSession = defineEntity({
  name: 'WebSession',
  tableName: 'web_session',
  properties: { hash: p.text().primary(), tokenHash: () => keyOfToken(), expiresAt: p.datetime(3) },
});

/** A role of a person, `lin`, or of a team, `team:payments`. */
export const RoleGrant = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grant',
  properties: {
    /** In lower case. */
    holder: p.text().primary(),
    role: p.text().$type<Role>().primary(),
    /** Empty for all services. */
    service: p.text().primary(),
    grantedBy: p.text(),
    grantedAt: p.datetime(3),
  },
});

/** A team is whoever is in it. */
export const TeamMember = defineEntity({
  name: 'TeamMember',
  tableName: 'team_member',
  properties: {
    team: p.text().$type<TeamName>().primary(),
    /** In lower case. */
    person: p.text().primary().index('team_member_person'),
    addedBy: p.text(),
    addedAt: p.datetime(3),
  },
});
