import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Selector } from '../../../domain/goal/goal.ts';
import type { InstanceHealth } from '../../../domain/goal/host-status.ts';
import type { Digest, HostId, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { HostChange, HostStanding } from '../../../domain/region/host-change.ts';
import type { LocalVerb } from '../../../domain/region/local-act.ts';
import type { HostState } from '../../../domain/states.ts';
import type { ServiceReport } from '../../../protocol/gateway.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storeLocalAct } from './local-acts.ts';

/** Notified with a host's id when what the region knows of it by itself was changed: labels, maintenance, or that it is one. */
export const hostChannel = 'slipway_host';

export interface ShownHost {
  readonly host: HostId;
  readonly labels: Selector;
  readonly maintenance: boolean;
  /** Since its last report that was accepted, by the region's clock; `null` before the first. */
  readonly reportAgeMs: number | null;
  readonly agentVersion: string | null;
  readonly services: readonly ShownHostService[];
}

export interface ShownHostService {
  readonly service: ServiceName;
  /** By number where the region knows it. */
  readonly running: { readonly digest: Digest; readonly release: ReleaseNumber | null } | null;
  readonly state: HostState;
  readonly health: InstanceHealth;
  readonly pinned: boolean;
  readonly reason: string | null;
  /** How its installed tree differs from what was signed, or did. */
  readonly drift: ServiceReport['drift'] | null;
  /** How long nothing was well there when it last changed over; 0: never. `null`: it has not said so. */
  readonly switchGapMs: number | null;
}

/** All hosts of the region, or those that a service's goal selects and those that report it; by name. */
export async function readShownHosts(database: Database, service: ServiceName | null): Promise<readonly ShownHost[]> {
  const { rows } = await sql<ShownHost>`
    select host.id as host, host.labels, host.maintenance, host.agent_version as "agentVersion",
      (extract(epoch from clock_timestamp() - host.reported_at) * 1000)::float8 as "reportAgeMs",
      coalesce((
        select jsonb_agg(jsonb_build_object('service', said.service, 'state', said.state, 'health', said.health,
          'pinned', said.pinned, 'reason', said.reason, 'drift', said.drift, 'switchGapMs', said.switch_gap_ms, 'running', case when said.running is not null
            then jsonb_build_object('digest', said.running, 'release', replica.number) end) order by said.service)
        from host_service as said left join replica on replica.release = said.running
        where said.host = host.id and ${service === null ? sql`true` : sql`said.service = ${service}`}
      ), '[]') as services
    from host
    where ${service === null ? sql`true` : isOf(service)}
    order by host.id`.execute(database.em.fork().getKysely());
  return rows;
}

const isOf = (service: ServiceName) => sql`(
  exists (select from host_service as said where said.host = host.id and said.service = ${service})
  or exists (select from goal where goal.service = ${service} and (
    host.labels @> (goal.row->'base'->'selector') or host.labels @> (goal.row->'next'->'selector')))
)`;

/** Who does it, and why: kept in the transaction of the change, for the centre. */
export interface HostAct {
  readonly verb: LocalVerb;
  readonly host: HostId;
  readonly by: string;
  readonly reason: string;
  readonly change: string | null;
}

/** Decides and writes under the lock of the host's row. `null` where there is no such host. */
export const changeHost = (
  database: Database,
  act: HostAct,
  decide: (host: HostStanding) => HostChange,
): Promise<HostChange | null> =>
  database.em.fork().transactional(async (em) => {
    const host = await lockHost(em, act.host);
    if (host === null) return null;
    const change = decide(host);
    if (change.do === 'refuse' || change.do === 'same') return change;
    if (change.do === 'retire') await retire(em, act.host);
    else
      await sql`
        update host set labels = ${JSON.stringify(change.labels)}::jsonb, maintenance = ${change.maintenance}
        where id = ${act.host}`.execute(em.getKysely());
    await recordHostAct(em, act);
    return change;
  });

/** The record of it, and word to the gateways: what waits for the host there is answered at once. */
async function recordHostAct(em: EntityManager, act: HostAct): Promise<void> {
  await storeHostAct(em, act);
  await sql`select pg_notify(${hostChannel}, ${act.host})`.execute(em.getKysely());
}

/** The record alone, in the transaction of what was done. */
export const storeHostAct = (em: EntityManager, { verb, host, by, reason, change }: HostAct): Promise<void> =>
  storeLocalAct(em, { id: randomUUID(), verb, by, reason, service: null, host, goal: null, change });

async function lockHost(em: EntityManager, host: HostId): Promise<HostStanding | null> {
  const { rows } = await sql<HostStanding>`
    select labels, maintenance,
      (extract(epoch from clock_timestamp() - reported_at) * 1000)::float8 as "reportAgeMs",
      coalesce((
        select max(goal.absent_after_ms) from goal where host.labels @> (goal.row->'base'->'selector')
          or host.labels @> (goal.row->'next'->'selector')
      ), ${silentAfterMs})::float8 as "absentAfterMs"
    from host where id = ${host} for update`.execute(em.getKysely());
  return rows[0] ?? null;
}

/** Of a host that no goal selects: rollout.absentAfter's default in a spec. */
const silentAfterMs = 180_000;

/**
 * Its certificate is nobody's from now on, and what it said is forgotten, so that it isn't counted again. Snapshots and batches
 * keep its name: they say what a deployment found.
 */
async function retire(em: EntityManager, host: HostId): Promise<void> {
  await sql`delete from host_service where host = ${host}`.execute(em.getKysely());
  await sql`delete from host_identity where host = ${host}`.execute(em.getKysely());
  await sql`update enrolment_token set expires_at = now() where host = ${host} and expires_at > now()`.execute(
    em.getKysely(),
  );
  await sql`delete from host where id = ${host}`.execute(em.getKysely());
}
