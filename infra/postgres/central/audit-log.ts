import { auditGenesis, auditHash } from '../../../protocol/audit-record.ts';
import type { AuditRecord, ChainedAuditRecord } from '../../../protocol/audit-record.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { Audit } from './entities/audit.ts';

/** One change of state, before it has its place in the chain. */
export type AuditEntry = Omit<AuditRecord, 'sequence' | 'at'>;

export interface AuditedChange<R> {
  readonly result: R;
  /** Empty when nothing changed: a repeat, a refusal. */
  readonly audit: readonly AuditEntry[];
}

/** Told to listeners with the new record's sequence, when it is committed. */
export const auditChannel = 'slipway_audit';

/** Any number; held by who appends, until its transaction ends, so that sequences commit in order. */
const appendLock = 7_510_002;

/**
 * Makes a change and its audit records in one transaction: both are there or neither is. The records come last, because
 * the chain is locked from then on: a transaction that took row locks after it could deadlock with another.
 */
export async function changeAudited<R>(
  database: Database,
  change: (em: EntityManager) => Promise<AuditedChange<R>>,
): Promise<R> {
  return database.em.fork().transactional(async (em) => {
    const { result, audit } = await change(em);
    await em.flush();
    if (audit.length > 0) await append(em, audit);
    return result;
  });
}

async function append(em: EntityManager, entries: readonly AuditEntry[]): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?)', [appendLock]);
  const known = await em.find(Audit, { key: { $in: entries.map(({ key }) => key) } }, { fields: ['key'] });
  const knownKeys = new Set(known.map(({ key }) => key));
  const fresh = entries.filter(({ key }) => !knownKeys.has(key));
  if (fresh.length === 0) return;
  const records = await chained(em, fresh);
  await em.insertMany(
    Audit,
    records.map((record) => ({ ...record, at: new Date(record.at) })),
  );
  await em.execute('select pg_notify(?, ?)', [auditChannel, String(records.at(-1)?.sequence)]);
}

/** The entries behind the newest record; the caller holds the lock. */
async function chained(em: EntityManager, entries: readonly AuditEntry[]): Promise<ChainedAuditRecord[]> {
  const [newest] = await em.find(Audit, {}, { orderBy: { sequence: 'desc' }, limit: 1 });
  const at = await databaseTime(em);
  const records: ChainedAuditRecord[] = [];
  for (const entry of entries) {
    const previous = records.at(-1) ?? newest;
    const record = { ...storable(entry), sequence: (previous?.sequence ?? 0) + 1, at };
    const previousHash = previous?.hash ?? auditGenesis;
    records.push({ ...record, previousHash, hash: auditHash(previousHash, record) });
  }
  return records;
}

/** RFC 3339 with milliseconds, as precise as the column: what is hashed must be what is read back. */
async function databaseTime(em: EntityManager): Promise<string> {
  const [row] = await em.execute<[{ ms: string }]>(
    `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms`,
  );
  return new Date(Number(row.ms)).toISOString();
}

/** The chain from its beginning, a page at a time, for `verifyAudit`. */
export async function* readAuditChain(database: Database, pageSize = 1_000): AsyncGenerator<ChainedAuditRecord> {
  for (let after = 0; ;) {
    const page = await database.em
      .fork()
      .find(Audit, { sequence: { $gt: after } }, { orderBy: { sequence: 'asc' }, limit: pageSize });
    for (const row of page) yield { ...row, at: row.at.toISOString() };
    if (page.length < pageSize) return;
    after = page.at(-1)?.sequence ?? after;
  }
}
