import { sql } from 'kysely';
import type { HostReport, ReportedSwitch } from '../../../api/gateway/reports/report-intake.ts';
import type { Database } from '../connect.ts';

/** What a host says of a service: who waits for the service is told when one of these is another. */
const told = [
  'generation',
  'attempt_deployment',
  'attempt_local',
  'running',
  'health',
  'state',
  'refused',
  'pinned',
  'maintenance',
  'instance',
  'reason',
  'drift',
] as const;
/** With what is stored, and wakes nobody. */
const stored = [...told, 'trace', 'switch_gap_ms'] as const;

const rowOf = (table: string, columns: readonly string[]) =>
  sql`(${sql.join(columns.map((column) => sql.ref(`${table}.${column}`)))})`;

/** What is said of a service by the names of its row's columns. */
const asColumns = ({ services, ...report }: HostReport) => ({
  ...report,
  services: services.map(({ attempt, switchGapMs, ...service }) => ({
    ...service,
    attempt_deployment: attempt?.deployment,
    attempt_local: attempt?.local,
    switch_gap_ms: switchGapMs,
  })),
});

/**
 * Takes up the reports of many hosts in one statement. A host's row only goes forward: a report whose sequence isn't
 * higher than the last changes nothing, be it late, repeated, or of another copy of the gateway. What is said of a service
 * that the host never had to do with (its goal doesn't select the host, nor did it when it began) isn't kept: a host speaks
 * for itself only. Of a service of which it says the same as before nothing is written: that it was said again stands in
 * the host's row (heard-at.ts reads it). Notifies `slipway_report` for each service about which something new was said;
 * idle reports wake nobody.
 */
export async function storeReports(
  database: Database,
  reports: readonly HostReport[],
): Promise<readonly ReportedSwitch[]> {
  const { rows } = await sql<{ notified: number; switches: readonly ReportedSwitch[] }>`
    with incoming as (
      select distinct on (host) * from jsonb_to_recordset(${JSON.stringify(reports.map(asColumns))}::jsonb)
        as report(host text, sequence bigint, "bootId" text, "agentVersion" text, "indexVersion" bigint, "rootVersion" int, services jsonb)
      order by host, sequence desc
    ),
    -- In order, so that two batches with the same hosts can't deadlock. As the row is then, whatever this statement sees elsewhere.
    locked as (
      select id, labels, report_sequence, heard_at, heard_of from host
      where id in (select host from incoming) order by id for update
    ),
    accepted as (
      select incoming.*, locked.labels, locked.heard_at, locked.heard_of,
        -- Another gateway stored a report of the host after this statement began: what it sees of the host's services may be older.
        locked.report_sequence <> seen.report_sequence as is_overtaken
      from incoming join locked on locked.id = incoming.host join host as seen on seen.id = incoming.host
      where locked.report_sequence < incoming.sequence
    ),
    said as (
      select distinct on (accepted.host, about.service) accepted.host, accepted.sequence, about.*,
        coalesce(before.is_same, false) and not accepted.is_overtaken as is_same
      from accepted cross join lateral jsonb_to_recordset(accepted.services)
        as about(service text, generation bigint, attempt_deployment bigint, attempt_local bigint, running text, health text,
                 state text, refused jsonb, pinned boolean, maintenance boolean, instance jsonb, reason text, trace jsonb,
                 drift jsonb, switch_gap_ms bigint)
        left join lateral (
          -- A row from the future, of before the database's clock was set back, would keep a dead host heard until then.
          select known.reported_at <= now() and ${rowOf('known', stored)} is not distinct from ${rowOf('about', stored)} as is_same
          from host_service as known where known.host = accepted.host and known.service = about.service limit 1
        ) as before on true
      where (
        select true from goal where goal.service = about.service and (
          accepted.labels @> (goal.row->'base'->'selector') or accepted.labels @> (goal.row->'next'->'selector')
          or (select true from snapshot where snapshot.service = goal.service and snapshot.host = accepted.host
            and snapshot.deployment = (goal.row->'attempt'->>'deployment')::int)
        )
      -- Of a service that it once had to do with a host goes on to tell: whether it has stopped it, and what still runs.
      ) or before.is_same is not null
    ),
    spoken as (
      select accepted.host, coalesce(array_agg(said.service order by said.service) filter (where said.service is not null), '{}') as services
      from accepted left join said on said.host = accepted.host group by accepted.host
    ),
    heard as (
      update host set report_sequence = accepted.sequence, boot_id = accepted."bootId",
        agent_version = accepted."agentVersion", index_version = coalesce(accepted."indexVersion", index_version),
        root_version = coalesce(accepted."rootVersion", root_version), reported_at = now(), last_seen_at = now(),
        heard_at = now(),
        -- As it is where it is the same: a long list lies beside the row, and would be written again.
        heard_of = case when host.heard_of = spoken.services then host.heard_of else spoken.services end
      from accepted join spoken using (host) where host.id = accepted.host
    ),
    dropped as materialized (
      select accepted.host, gone.service, accepted.heard_at
      from accepted join spoken using (host) cross join lateral unnest(accepted.heard_of) as gone(service)
      where not accepted.heard_of <@ spoken.services and gone.service <> all (spoken.services)
    ),
    -- Of what the host spoke until now, and does not any more: it was heard when the report before was.
    left_behind as (
      update host_service as known set reported_at = greatest(known.reported_at, dropped.heard_at)
      from dropped where known.host = dropped.host and known.service = dropped.service
    ),
    written as (
      insert into host_service as known (
        host, service, generation, attempt_deployment, attempt_local, running, health, state, refused, pinned,
        maintenance, instance, reason, trace, drift, switch_gap_ms, traced_at, switches, sequence, reported_at, changed_at)
      select host, service, generation, attempt_deployment, attempt_local, running, health, state, refused, pinned,
        maintenance, instance, reason, trace, drift, switch_gap_ms, case when trace is null then null else now() end,
        0, sequence, now(), now()
      from said
      -- Not left to the conflict below, which locks the row, and so writes it, whatever comes of it.
      where not is_same
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
        changed_at = case when ${rowOf('excluded', told)} is distinct from ${rowOf('known', told)}
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
