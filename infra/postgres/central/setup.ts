import { randomUUID } from 'node:crypto';
import type { RegionName, ServiceName } from '../../../domain/names.ts';
import type { Role } from '../../../domain/states.ts';
import type { Database } from '../connect.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditEntry } from './audit-log.ts';
import { ApiToken, Region, Service } from './entities.ts';
import { newToken, tokenHash } from './token.ts';

export interface NewService {
  readonly name: ServiceName;
  /** `acme/checkout` */
  readonly repository: string;
  readonly cloneUrl: string;
  /** Below the repository's root, `.` for the root. */
  readonly folder: string;
  readonly branch: string;
  readonly owners: readonly string[];
}

/** Adds a service. One that is there stays as it is, whatever it is asked to be: `present`. */
export async function registerService(
  database: Database,
  service: NewService,
  actor: string,
): Promise<'added' | 'present'> {
  return changeAudited(database, async (em) => {
    const fresh = (await em.count(Service, { name: service.name })) === 0;
    if (fresh) em.create(Service, { ...service, owners: [...service.owners], addedAt: new Date() });
    const { repository, folder, branch } = service;
    const entry = addedEntry('service-added', service.name, actor, { repository, folder, branch });
    return { result: fresh ? 'added' : 'present', audit: fresh ? [entry] : [] };
  });
}

/**
 * Adds a region with the token of its worker. For one that is there the token becomes the valid one: so an installation
 * can be repeated, and a token replaced. One that was removed stays removed, whoever asks here: bringing it back is an
 * operator's act (`RegionBook.add`).
 */
export async function registerRegion(
  database: Database,
  region: RegionName,
  token: string,
  actor: string,
): Promise<'registered' | 'removed'> {
  return changeAudited(database, async (em) => {
    const hash = tokenHash(token);
    const known = await em.findOne(Region, { name: region });
    if (known?.removedAt) return { result: 'removed', audit: [] };
    if (known?.tokenHash === hash) return { result: 'registered', audit: [] };
    await em.upsert(Region, { name: region, tokenHash: hash, addedAt: known?.addedAt ?? new Date(), removedAt: null });
    const verb = known === null ? 'region-added' : 'region-token-replaced';
    // A token may come back after another: each change has a key of its own, and a repeat is seen by the hash.
    const entry = { ...addedEntry(verb, `region:${region}`, actor, {}), key: `${verb}:${region}:${randomUUID()}` };
    return { result: 'registered', audit: [entry] };
  });
}

/** Makes a token for a person. It is returned once and can't be read again. */
export async function createApiToken(
  database: Database,
  person: string,
  roles: readonly Role[],
  actor: string,
): Promise<string> {
  const token = newToken();
  await addApiToken(database, { token, person, roles }, actor);
  return token;
}

/** Lets a token in that was made elsewhere, by an installer. A token that is known already is left as it is. */
export async function addApiToken(
  database: Database,
  { token, person, roles }: { readonly token: string; readonly person: string; readonly roles: readonly Role[] },
  actor: string,
): Promise<void> {
  await changeAudited(database, async (em) => {
    const hash = tokenHash(token);
    const fresh = (await em.count(ApiToken, { hash })) === 0;
    if (fresh) em.create(ApiToken, { hash, person, roles: [...roles], createdAt: new Date() });
    const key = `token-created:${hash.slice(0, 16)}`;
    const entry = { ...addedEntry('token-created', `person:${person}`, actor, { roles }), key };
    return { result: undefined, audit: fresh ? [entry] : [] };
  });
}

/** From now on the token opens nothing. */
export async function revokeApiToken(database: Database, token: string, actor: string): Promise<void> {
  await changeAudited(database, async (em) => {
    const row = await em.findOne(ApiToken, { hash: tokenHash(token), revokedAt: null });
    if (row === null) return { result: undefined, audit: [] };
    row.revokedAt = new Date();
    const key = `token-revoked:${row.hash.slice(0, 16)}`;
    return { result: undefined, audit: [{ ...addedEntry('token-revoked', `person:${row.person}`, actor, {}), key }] };
  });
}

function addedEntry(verb: string, object: string, actor: string, detail: AuditEntry['detail']): AuditEntry {
  return { actor, verb, object, detail, key: `${verb}:${object}` };
}
