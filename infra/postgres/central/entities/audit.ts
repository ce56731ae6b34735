import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { Digest } from '../../../../domain/names.ts';

/** The hash chain of all changes of state (protocol/audit-record.ts). Rows are added, never changed. */
export const Audit = defineEntity({
  name: 'Audit',
  tableName: 'audit',
  properties: {
    /** Without gaps, in the order of commits: also the id of an event on the stream that people follow. */
    sequence: p.bigint('number').primary().autoincrement(false),
    at: p.datetime(3),
    actor: p.text(),
    verb: p.text(),
    object: p.text(),
    detail: p.json<Readonly<Record<string, unknown>>>(),
    key: p.text().unique('audit_key'),
    previousHash: p.text().$type<Digest>(),
    hash: p.text().$type<Digest>(),
  },
  indexes: [
    {
      name: 'audit_object',
      expression: 'create index audit_object on audit (object text_pattern_ops, sequence)',
    },
    { name: 'audit_object_verb', properties: ['object', 'verb'] },
  ],
});
export type AuditRow = InferEntity<typeof Audit>;
