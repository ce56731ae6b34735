import { sql } from 'kysely';
import type { HostReport, ReportedSwitch } from '../../../api/gateway/reports/report-intake.ts';
import type { Database } from '../connect.ts';

/**
 * Takes up the reports of many hosts in one statement. A host's row only goes forward: a report whose sequence isn't
 * higher than the last changes nothing, be it late, repeated, or of another copy of the gateway. What is said of a service
 * that the host never had to do with (its goal doesn't select the host, nor did it when it began) isn't kept: a host speaks
 * for itself only. Notifies `slipway_report` for each service about which something new was said; idle reports wake nobody.
 */
export async function storeReports(
  database: Database,
  reports: readonly HostReport[],
): Promise<readonly ReportedSwitch[]> {
  const { rows } = await sql<{ notified: number; switches: readonly ReportedSwitch[] }>`
    with incoming as (
      select distinct on (host) * from jsonb_to_recordset(${JSON.stringify(reports)}::jsonb)
        as report(host text, sequence bigint, "bootId" text, "agentVersion" text, "indexVersion" bigint, "rootVersion" int, services jsonb)
      order by host, sequence desc
    ),
    -- In order, so that two batches with the same hosts can't deadlock.
    locked as (select id from host where id in (select host from incoming) order by id for update),
    accepted as (
      update host set report_sequence = incoming.sequence, boot_id = incoming."bootId",
        agent_version = incoming."agentVersion", index_version = coalesce(incoming."indexVersion", index_version),
        root_version = coalesce(incoming."rootVersion", root_version), reported_at = now(), last_seen_at = now()
      from incoming join locked on locked.id = incoming.host
      where host.id = incoming.host and host.report_sequence < incoming.sequence
      returning incoming.host, incoming.sequence, incoming.services, host.labels
    ),
    said as (
      select distinct on (accepted.host, about.service) accepted.host, accepted.sequence, about.*
      from accepted cross join lateral jsonb_to_recordset(accepted.services)
        as about(service text, generation bigint, attempt jsonb, running text, health text, state text, refused jsonb,
                 pinned boolean, maintenance boolean, instance jsonb, reason text, trace jsonb, drift jsonb,
                 "switchGapMs" bigint)
      where (
        select true from goal where goal.service = about.service and (
          accepted.labels @> (goal.row->'base'->'selector') or accepted.labels @> (goal.row->'next'->'selector')
          or (select true from snapshot where snapshot.service = goal.service and snapshot.host = accepted.host
            and snapshot.deployment = (goal.row->'attempt'->>'deployment')::int)
        )
      -- Of a service that it once had to do with a host goes on to tell: whether it has stopped it, and what still runs.
      ) or (
        select true from host_service as before where before.host = accepted.host and before.service = about.service
      )
    ),
    written as (
      insert into host_service as known (
        host, service, generation, attempt_deployment, attempt_local, running, health, state, refused, pinned,
        maintenance, instance, reason, trace, drift, switch_gap_ms, traced_at, switches, sequence, reported_at, changed_at)
      select host, service, generation, (attempt->>'deployment')::bigint, (attempt->>'local')::bigint, running, health,
        state, refused, pinned, maintenance, instance, reason, trace, drift, "switchGapMs", case when trace is null then null else now() end,
        0, sequence, now(), now()
      from said
      on conflict (host, service) do update set
        generation = excluded.generation, attempt_deployment = excluded.attempt_deployment,
        attempt_local = excluded.attempt_local, running = excluded.running, health = excluded.health,
        state = excluded.state, refused = excluded.refused, pinned = excluded.pinned,
        maintenance = excluded.maintenance, instance = excluded.instance, reason = excluded.reason,
        trace = excluded.trace, drift = excluded.drift, switch_gap_ms = excluded.switch_gap_ms, sequence = excluded.sequence, reported_at = excluded.reported_at,
        traced_at = case when excluded.trace is not null and excluded.trace is distinct from known.trace
          then excluded.reported_at else known.traced_at end,
        switches = (excluded.running is not null and excluded.running is distinct from known.running)::int
          + case when (excluded.attempt_deployment, excluded.attempt_local)
              is not distinct from (known.attempt_deployment, known.attempt_local) then known.switches else 0 end,
        changed_at = case when
          (excluded.generation, excluded.attempt_deployment, excluded.attempt_local, excluded.running, excluded.health,
           excluded.state, excluded.refused, excluded.pinned, excluded.maintenance, excluded.instance, excluded.reason,
           excluded.drift)
          is distinct from
          (known.generation, known.attempt_deployment, known.attempt_local, known.running, known.health,
           known.state, known.refused, known.pinned, known.maintenance, known.instance, known.reason, known.drift)
          then excluded.reported_at else known.changed_at end
      returning host, service, running, state, trace, changed_at = reported_at as changed, traced_at = reported_at as traced
    ),
    notified as (
      select pg_notify(${reportChannel}, service) from (select distinct service from written where changed) as news
    )
    -- One row in any case: a part that nothing reads would not run, and nobody would be notified.
    select (select count(*) from notified)::int as notified, coalesce(
      jsonb_agg(jsonb_build_object('host', host, 'service', service, 'running', running, 'state', state, 'trace', trace))
        filter (where traced and trace is not null), '[]') as switches
    from written`.execute(database.em.fork().getKysely());
  return rows[0]!.switches;
}

/** Notified with a service's name when a host's report said something new about it. */
export const reportChannel = 'slipway_report';
