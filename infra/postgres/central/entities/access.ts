import { defineEntity, p } from '@mikro-orm/core';
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
