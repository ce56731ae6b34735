import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { verifyAudit } from '../../../protocol/audit-record.ts';
import { createCentralDatabase } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { listenForNotifications } from '../notifications.ts';
import { auditChannel, changeAudited, readAuditChain } from './audit-log.ts';
import { Audit } from './entities.ts';

let central: CentralTestDatabase;
beforeEach(async () => {
  central = await createCentralDatabase();
});
afterEach(() => central.close());

const entry = (key: string, detail: Record<string, unknown> = {}) => ({
  actor: 'mo',
  verb: 'approve',
  object: 'checkout/1',
  detail,
  key,
});
const append = (key: string, detail?: Record<string, unknown>) =>
  changeAudited(central.database, async () => ({ result: undefined, audit: [entry(key, detail)] }));
const verify = () => verifyAudit(readAuditChain(central.database, 2));

describe('promise 6: the audit is a hash chain', () => {
  test('records written at once by many stand in one chain that verifies', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => append(`k${index}`)));
    expect(await verify()).toMatchObject({ intact: true });
    expect(await central.database.em.fork().count(Audit, { verb: 'approve' })).toBe(30);
  });

  test('what is read back hashes as what was written', async () => {
    await append('odd', { nul: 'a\0b', half: '\ud800', number: 1e21, fraction: 0.1, order: { z: 1, a: [null, true] } });
    expect(await verify()).toMatchObject({ intact: true });
  });

  test('a changed row is found', async () => {
    for (const key of ['a', 'b', 'c']) await append(key);
    const { sequence } = await central.database.em.fork().findOneOrFail(Audit, { key: 'b' });
    await central.database.em.fork().nativeUpdate(Audit, { key: 'b' }, { actor: 'eve' });
    expect(await verify()).toEqual({ intact: false, sequence, reason: 'its content is not what was hashed' });
  });

  test('a key is recorded once, and others beside it still are', async () => {
    await append('once');
    await changeAudited(central.database, async () => ({ result: undefined, audit: [entry('once'), entry('new')] }));
    expect(await central.database.em.fork().count(Audit, { key: { $in: ['once', 'new'] } })).toBe(2);
  });

  test('a change that fails leaves no record', async () => {
    const failing = changeAudited(central.database, async (em) => {
      await em.execute('select 1');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await verify()).toMatchObject({ intact: true });
  });
});

test('listeners hear of a record when it is committed, by its sequence', async () => {
  const heard = Promise.withResolvers<string>();
  const connected = Promise.withResolvers<void>();
  const listener = listenForNotifications({
    url: central.url,
    channels: [auditChannel],
    onNotification: ({ payload }) => heard.resolve(payload),
    onConnected: connected.resolve,
  });
  try {
    await connected.promise;
    await append('told');
    const { sequence } = await central.database.em.fork().findOneOrFail(Audit, { key: 'told' });
    expect(await heard.promise).toBe(String(sequence));
  } finally {
    await listener.close();
  }
});
