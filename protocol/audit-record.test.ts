import { describe, expect, test } from '@jest/globals';
import { auditGenesis, auditHash, verifyAudit } from './audit-record.ts';
import type { AuditRecord, ChainedAuditRecord } from './audit-record.ts';

const record = (sequence: number): AuditRecord => ({
  sequence,
  at: '2026-01-02T03:04:05.678Z',
  actor: 'mo',
  verb: 'approve',
  object: `checkout/${sequence}`,
  detail: { given: 1, reason: 'é' },
  key: `approve:${sequence}`,
});

function chain(length: number): ChainedAuditRecord[] {
  const records: ChainedAuditRecord[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const previousHash = records.at(-1)?.hash ?? auditGenesis;
    records.push({ ...record(sequence), previousHash, hash: auditHash(previousHash, record(sequence)) });
  }
  return records;
}

describe('the audit chain', () => {
  test('verifies when nothing was touched', async () => {
    const records = chain(4);
    expect(await verifyAudit(records)).toEqual({ intact: true, records: 4, head: records[3]?.hash });
  });

  test("does not depend on the order of a record's members", () => {
    const { detail, ...rest } = record(1);
    expect(auditHash(auditGenesis, { detail, ...rest })).toBe(auditHash(auditGenesis, record(1)));
  });

  test.each(['at', 'actor', 'verb', 'object', 'key'] as const)('finds a record whose %s was changed', async (field) => {
    const records = chain(4).map((r) => (r.sequence === 2 ? { ...r, [field]: 'x' } : r));
    expect(await verifyAudit(records)).toMatchObject({ intact: false, sequence: 2 });
  });

  test('finds a changed record whose own hash was made to fit', async () => {
    const records = chain(4);
    const forged = { ...records[1]!, actor: 'eve' };
    records[1] = { ...forged, hash: auditHash(forged.previousHash, forged) };
    expect(await verifyAudit(records)).toMatchObject({ intact: false, sequence: 3 });
  });

  test('finds a record that was removed', async () => {
    expect(await verifyAudit(chain(4).filter((r) => r.sequence !== 2))).toMatchObject({ intact: false, sequence: 3 });
  });
});
