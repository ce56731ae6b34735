import { LockMode } from '@mikro-orm/core';
import { sql } from 'kysely';
import type { GoalStore, GoalTransaction, GoalWrite, StoredGoal } from '../../../activities/goals/goal-store.ts';
import { compareAttempts } from '../../../domain/goal/attempt.ts';
import type { Selector } from '../../../domain/goal/goal.ts';
import { canaryLabel } from '../../../domain/region/host-change.ts';
import type { SnapshotHost } from '../../../domain/goal/snapshot.ts';
import type { DeploymentNumber, Generation, HostId, ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { readBatches, storeBatch } from './batches.ts';
import { writeIndex } from './goal-index.ts';
import { readHostStatuses } from './host-statuses.ts';
import { storeLocalAct } from './local-acts.ts';
import { unguarded } from './restore-guard.ts';
import type { RestoreGuard } from './restore-guard.ts';
import { GoalRecord } from './entities/goals.ts';
import type { GoalEntity } from './entities/goals.ts';

/** Notified with a service's name when its goal was written. */
export const goalChannel = 'slipway_goal';

/** With a guard nothing is read or written while the database may be an older one. @throws RestoredDatabaseError */
export const createGoalStore = (database: Database, guard: RestoreGuard = unguarded): GoalStore => ({
  async transact(service, work) {
    let written: Generation | null = null;
    const result = await database.em.fork().transactional(async (em) => {
      const transaction = await openTransaction(em, service);
      await guard.require(em);
      const storeGoal = (write: GoalWrite): Promise<void> => {
        written = write.row.generation;
        return transaction.storeGoal(write);
      };
      return work({ ...transaction, storeGoal });
    });
    if (written !== null) await guard.note(written);
    return result;
  },
  readGoal: async (service) => {
    const em = database.em.fork();
    await guard.require(em);
    const record = await em.findOne(GoalRecord, service);
    return record && storedGoal(record, await databaseTime(em));
  },
  readBatches: (service, deployment) => readBatches(database.em.fork(), service, deployment),
});

/** Under the lock of the service's goal, until the transaction of `em` ends. */
export async function openTransaction(em: EntityManager, service: ServiceName): Promise<GoalTransaction> {
  // A service's first step has no row to lock yet.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`goal of ${service}`}, 0))`.execute(em.getKysely());
  const record = await em.findOne(GoalRecord, service, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const now = await databaseTime(em);
  const stored = record && storedGoal(record, now);
  return {
    service,
    stored,
    nowMs: now.getTime(),
    hostGeneration: await highestHostGeneration(em, service),
    findHosts: (selectors) => findHosts(em, selectors),
    findCanaries: (selector) => findHosts(em, [{ ...selector, [canaryLabel]: 'true' }]),
    storeSnapshot: (deployment, hosts) => storeSnapshot(em, service, stored, deployment, hosts),
    async replaceSnapshot(deployment, hosts) {
      await sql`delete from snapshot where service = ${service} and deployment = ${deployment}`.execute(em.getKysely());
      await storeSnapshot(em, service, stored, deployment, hosts);
    },
    readHosts: (of) => readHostStatuses(em, of),
    readBatches: (deployment) => readBatches(em, service, deployment),
    storeBatch: (batch) => storeBatch(em, service, batch),
    storeGoal: (write) => storeGoal(em, service, stored, write),
    storeLocalAct: (act) => storeLocalAct(em, act),
    storeIndex: (signer) => writeIndex(em, signer),
  };
}

const storedGoal = (record: GoalEntity, now: Date): StoredGoal => ({
  row: record.row,
  admissions: record.admissions,
  absentAfterMs: record.absentAfterMs,
  begunAgoMs: now.getTime() - record.begunAt.getTime(),
});

/** The clock that hosts' reports are dated by; read after the lock was waited for. */
async function databaseTime(em: EntityManager): Promise<Date> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(em.getKysely());
  return new Date(rows[0]!.ms);
}

async function highestHostGeneration(em: EntityManager, service: ServiceName): Promise<Generation | 0> {
  const { rows } = await sql<{ generation: Generation | 0 }>`
    select coalesce(max(generation), 0)::float8 as generation from host_service where service = ${service}
  `.execute(em.getKysely());
  return rows[0]!.generation;
}

async function findHosts(em: EntityManager, selectors: readonly Selector[]): Promise<readonly HostId[]> {
  const { rows } = await sql<{ id: HostId }>`
    select id from host where exists (
      select from jsonb_array_elements(${JSON.stringify(selectors)}::jsonb) as wanted(selector)
      where host.labels @> wanted.selector
    )`.execute(em.getKysely());
  return rows.map(({ id }) => id);
}

/** Kept: this deployment's, and that of the one before, which tells what an undo left behind. */
async function storeSnapshot(
  em: EntityManager,
  service: ServiceName,
  before: StoredGoal | null,
  deployment: DeploymentNumber,
  hosts: readonly SnapshotHost[],
): Promise<void> {
  const keptFrom = before?.row.attempt.deployment ?? deployment;
  for (const table of ['snapshot', 'batch']) {
    await sql`delete from ${sql.table(table)} where service = ${service} and deployment < ${keptFrom}`.execute(
      em.getKysely(),
    );
  }
  await sql`
    insert into snapshot (service, deployment, host, position)
    select ${service}, ${deployment}, host, position
    from jsonb_to_recordset(${JSON.stringify(hosts)}::jsonb) as found(host text, position text)
  `.execute(em.getKysely());
}

/** The row, what is signed and what is told to hosts are one write. */
async function storeGoal(
  em: EntityManager,
  service: ServiceName,
  before: StoredGoal | null,
  { row, envelope, etag, admissions, traceparent, absentAfterMs }: GoalWrite,
): Promise<void> {
  const begins = before === null || compareAttempts(before.row.attempt, row.attempt) !== 0;
  await sql`
    insert into goal (service, row, generation, envelope, etag, admissions, traceparent, absent_after_ms, changed_at,
      begun_at, signed_at)
    values (${service}, ${json(row)}, ${row.generation}, ${json(envelope)}, ${etag}, ${json(admissions)}, ${traceparent},
      ${absentAfterMs}, clock_timestamp(), clock_timestamp(), clock_timestamp())
    on conflict (service) do update set row = excluded.row, generation = excluded.generation,
      envelope = excluded.envelope, etag = excluded.etag, admissions = excluded.admissions,
      traceparent = excluded.traceparent, absent_after_ms = excluded.absent_after_ms, changed_at = excluded.changed_at,
      begun_at = case when ${begins} then excluded.begun_at else goal.begun_at end, signed_at = excluded.signed_at
  `.execute(em.getKysely());
  await sql`select pg_notify(${goalChannel}, ${service})`.execute(em.getKysely());
}

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;
