import type { Projection } from '../../../api/control/reads/projection.ts';
import type { AuditRecord } from '../../../protocol/api/audit.ts';
import type { Database } from '../connect.ts';
import { Audit } from './entities.ts';
import type { AuditRow } from './entities/audit.ts';

type AuditReads = Pick<Projection, 'listAudit' | 'listAuditOf' | 'auditAfter' | 'newestSequence'>;

export const auditReads = (database: Database): AuditReads => ({
  async listAudit({ limit, cursor, service }) {
    const before = Number(cursor ?? Number.MAX_SAFE_INTEGER);
    const ofService =
      service === undefined
        ? {}
        : { $or: [`${service}/%`, `${service}@%`, service].map((object) => ({ object: { $like: object } })) };
    const rows = await database.em
      .fork()
      .find(
        Audit,
        { sequence: { $lt: Number.isSafeInteger(before) ? before : 0 }, ...ofService },
        { orderBy: { sequence: 'desc' }, limit: limit + 1 },
      );
    const items = rows.slice(0, limit).map(auditRecord);
    return { items, next: rows.length > limit ? String(items.at(-1)?.sequence) : null };
  },

  async listAuditOf(object, { limit, cursor }) {
    const before = Number(cursor ?? Number.MAX_SAFE_INTEGER);
    const rows = await database.em
      .fork()
      .find(
        Audit,
        { object, sequence: { $lt: Number.isSafeInteger(before) ? before : 0 } },
        { orderBy: { sequence: 'desc' }, limit: limit + 1 },
      );
    const items = rows.slice(0, limit).map(auditRecord);
    return { items, next: rows.length > limit ? String(items.at(-1)?.sequence) : null };
  },

  async auditAfter(sequence, limit) {
    const rows = await database.em
      .fork()
      .find(Audit, { sequence: { $gt: sequence } }, { orderBy: { sequence: 'asc' }, limit });
    return rows.map(auditRecord);
  },

  async newestSequence() {
    const [row] = await database.em.fork().find(Audit, {}, { orderBy: { sequence: 'desc' }, limit: 1 });
    return row?.sequence ?? 0;
  },
});

const auditRecord = ({ sequence, at, actor, verb, object, detail, previousHash, hash }: AuditRow): AuditRecord => ({
  sequence,
  at: at.toISOString(),
  actor,
  verb,
  object,
  detail: { ...detail },
  previousHash,
  hash,
});
