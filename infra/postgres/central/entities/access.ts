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
