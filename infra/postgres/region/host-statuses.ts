import { sql } from 'kysely';
import type { HostsOf } from '../../../activities/goals/host-reports.ts';
import type { HostStatus } from '../../../domain/goal/host-status.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { Position } from '../../../domain/names.ts';
import { positionOf } from '../../../protocol/position.ts';
import type { EntityManager } from '../connect.ts';
import { heardAt } from './heard-at.ts';

type StatusRow = Omit<HostStatus, 'position' | 'attempt' | 'selected'> & {
  readonly position: Position | null;
  readonly attemptDeployment: number | null;
  readonly attemptLocal: number | null;
  readonly selectedBase: boolean;
  readonly selectedNext: boolean;
};

/**
 * What the region knows of a service's hosts, in one statement however many they are; with those that only say that they
 * are its hosts, which domain/goal/host-status.ts tells apart. A report's age is that of the last one that named the
 * service; of a host that never named it, that of its last report at all.
 */
export async function readHostStatuses(
  em: EntityManager,
  of: HostsOf,
  offBase: OffBase | null = null,
): Promise<readonly HostStatus[]> {
  const { rows } = await sql<StatusRow>`
    select host.id as host, snapshot.position,
      coalesce(said.generation, 0)::float8 as generation, coalesce(said.state, 'pending') as state,
      said.attempt_deployment::float8 as "attemptDeployment", said.attempt_local::float8 as "attemptLocal",
      said.running, coalesce(said.health, 'unknown') as health, coalesce(said.refused, '[]') as refused,
      said.reason,
      coalesce(said.pinned, false) as pinned, host.maintenance or coalesce(said.maintenance, false) as maintenance,
      (extract(epoch from clock_timestamp() - coalesce(${heardAt}, host.reported_at)) * 1000)::float8
        as "reportAgeMs",
      ${selects(of.base)} as "selectedBase", ${selects(of.next)} as "selectedNext",
      host.id in (select snapshot.host from snapshot where snapshot.service = ${of.service}) as snapshotted
    from host
      left join snapshot on snapshot.service = ${of.service} and snapshot.deployment = ${of.deployment}
        and snapshot.host = host.id
      left join host_service as said on said.service = ${of.service} and said.host = host.id
    where (snapshot.host is not null or said.host is not null or ${selects(of.base)} or ${selects(of.next)})
      and ${offBase === null ? sql`true` : mayBeOff(offBase)}
  `.execute(em.getKysely());
  return rows.map((row) => statusOf(row, of));
}

/** Leaves out those that surely run the base and are well heard, so that what is read doesn't grow with them. */
export interface OffBase {
  readonly base: Placement | null;
  readonly absentAfterMs: number;
}

const mayBeOff = ({ base, absentAfterMs }: OffBase) => sql`(
  said.host is null or said.pinned or said.refused <> '[]'::jsonb
  or said.running is distinct from ${base?.release.digest ?? null}
  or extract(epoch from clock_timestamp() - ${heardAt}) * 1000 >= ${absentAfterMs}
)`;

/** Every label of the selector, with its value; none selects all. The same as `matches` of domain/goal/selection.ts. */
const selects = (placement: Placement | null) =>
  placement === null ? sql`false` : sql`host.labels @> ${JSON.stringify(placement.selector)}::jsonb`;

function statusOf(row: StatusRow, { service, deployment }: HostsOf): HostStatus {
  const { position, attemptDeployment, attemptLocal, selectedBase, selectedNext, ...status } = row;
  return {
    ...status,
    position: position ?? positionOf(service, deployment, status.host),
    attempt:
      attemptDeployment === null ? null : ({ deployment: attemptDeployment, local: attemptLocal ?? 0 } as Attempt),
    selected: { base: selectedBase, next: selectedNext },
  };
}
