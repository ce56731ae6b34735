import { z } from 'zod';
import { digestField, serviceField, timeField } from '../fields.ts';
import { pageOf, pageQuerySchema } from './page.ts';

/** One change of state. Each record's hash covers the one before it. */
export const auditRecordSchema = z.object({
  sequence: z.int().min(1),
  at: timeField,
  /** A person, or `slipway`. */
  actor: z.string(),
  verb: z.string(),
  /** `checkout`, `checkout@412` or `checkout/87`. */
  object: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: digestField,
  hash: digestField,
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;

/** `GET /v1/audit`, newest first. */
export const auditQuerySchema = pageQuerySchema.extend({ service: serviceField.optional() });
export const auditPageSchema = pageOf(auditRecordSchema);
export type AuditQuery = z.infer<typeof auditQuerySchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
