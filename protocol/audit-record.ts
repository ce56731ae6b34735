import { digestOf } from './digest.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Digest } from '../domain/names.ts';

/** One change of state: who did what to which object. Written in the transaction of the change itself. */
export interface AuditRecord {
  /** Counts from 1 without a gap. */
  readonly sequence: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** A person, or `slipway`. */
  readonly actor: string;
  /** `deployment-opened`, `approve`, `lock`: stable, for machines. */
  readonly verb: string;
  /** `checkout`, `checkout/87`, `checkout@412`, `region:eu-west`. */
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** Names the change: a repeat of it is not a second record. */
  readonly key: string;
}

export interface ChainedAuditRecord extends AuditRecord {
  readonly previousHash: Digest;
  readonly hash: Digest;
}

/** What stands before the first record. */
export const auditGenesis = `sha256:${'0'.repeat(64)}` as Digest;

/** SHA-256 of the previous hash's text followed by the record's canonical JSON. */
export function auditHash(previousHash: Digest, record: AuditRecord): Digest {
  const { sequence, at, actor, verb, object, detail, key } = record;
  return digestOf(previousHash + canonicalJson({ sequence, at, actor, verb, object, detail, key }));
}

export type AuditVerdict =
  | { readonly intact: true; readonly records: number; readonly head: Digest }
  | { readonly intact: false; readonly sequence: number; readonly reason: string };

/**
 * Follows the chain from its beginning, in order of sequence. A record that was changed, removed or put in between is
 * found at the first one that no longer fits. Removal at the end is found only against a head kept elsewhere.
 */
export async function verifyAudit(
  records: Iterable<ChainedAuditRecord> | AsyncIterable<ChainedAuditRecord>,
): Promise<AuditVerdict> {
  let head = auditGenesis;
  let count = 0;
  for await (const record of records) {
    const reason = misfit(record, count + 1, head);
    if (reason !== null) return { intact: false, sequence: record.sequence, reason };
    head = record.hash;
    count += 1;
  }
  return { intact: true, records: count, head };
}

function misfit(record: ChainedAuditRecord, expected: number, head: Digest): string | null {
  if (record.sequence !== expected) return `record ${expected} is missing`;
  if (record.previousHash !== head) return 'it does not follow the record before it';
  return record.hash === auditHash(head, record) ? null : 'its content is not what was hashed';
}
