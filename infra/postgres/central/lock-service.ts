import type { ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { Service } from './entities.ts';
import type { ServiceRow } from './entities/service.ts';

/**
 * The service's row, which nobody else changes until the transaction ends. Not `for update`, the only such lock that the
 * mapper knows: what merely refers to the service, a merge in the inbox above all, would wait behind every step of its
 * deployments, and its webhook be told that the database is away.
 */
export async function lockService(em: EntityManager, name: ServiceName): Promise<ServiceRow | null> {
  await lock(em, name);
  return em.findOne(Service, { name }, { refresh: true });
}

/** @throws NotFoundError when there is none */
export async function lockKnownService(em: EntityManager, name: ServiceName): Promise<ServiceRow> {
  await lock(em, name);
  return em.findOneOrFail(Service, { name }, { refresh: true });
}

const lock = (em: EntityManager, name: ServiceName): Promise<unknown> =>
  em.execute('select 1 from service where name = ? for no key update', [name]);
