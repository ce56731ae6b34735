import { sql } from 'kysely';
import type { HostId } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';

/**
 * Notified with a host's id when who it is was changed: its keys, what was heard of its machine, whether it is let in. A
 * gateway that remembers the host forgets it; nobody's poll is answered.
 */
export const identityChannel = 'slipway_host_identity';

/** In a transaction that changes it: told when that commits. */
export const tellIdentity = async (em: EntityManager, host: HostId): Promise<void> =>
  void (await sql`select pg_notify(${identityChannel}, ${host})`.execute(em.getKysely()));

/** Behind `with changed as (update host_identity … returning host)`: the hosts that it changed, told and returned. */
export const tellChanged = sql`
  , told as (select host, pg_notify(${identityChannel}, host) from changed)
  select host from told`;
