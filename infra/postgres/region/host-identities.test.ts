import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AskedEnrolment, IdentityStore } from '../../../api/gateway/identity/identity-store.ts';
import { firstPresence } from '../../../domain/host-identity/presence.ts';
import { digest, hostId, regionName, type HostId } from '../../../domain/names.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../../test/region-database.ts';
import { createEnrolmentToken, type NewEnrolmentToken } from './enrolment-tokens.ts';
import { createIdentityStore } from './host-identities.ts';
import { listIdentities, releaseHost, revokeHost } from './identity-decisions.ts';
import { EnrolmentTokenRecord, HostIdentityRecord, HostRecord } from './entities/hosts.ts';

let region: TestRegionDatabase;
let store: IdentityStore;
beforeAll(async () => {
  region = await createRegionDatabase();
  store = createIdentityStore(region.database);
});
afterAll(() => region.close());
beforeEach(() => region.database.em.fork().execute('truncate host, host_identity, enrolment_token'));

const [a, b] = [hostId('a'), hostId('b')];
const key = (name: string) => digest(`sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`);
const monthMs = 30 * 86_400_000;
const newToken = (over: Partial<NewEnrolmentToken> = {}): Promise<string> =>
  createEnrolmentToken(region.database, {
    region: regionName('eu-west'),
    labels: { role: 'web' },
    host: null,
    createdBy: 'ada',
    ...over,
  });
const asking = (token: string, host: HostId, keyName: string, over: Partial<AskedEnrolment> = {}): AskedEnrolment => ({
  token,
  host,
  key: key(keyName),
  machine: null,
  expiresAtMs: Date.now() + monthMs,
  ...over,
});
const find = async (host: HostId) => (await store.findAll([host, hostId('nobody')])).get(host) ?? null;
const enroll = async (host: HostId, keyName: string, over: Partial<NewEnrolmentToken> = {}) =>
  store.enroll(asking(await newToken(over), host, keyName));

describe('an enrolment', () => {
  test('makes the host known with the labels of its token, and is answered again to the same key', async () => {
    const token = await newToken();
    expect(await store.enroll(asking(token, a, 'k1'))).toEqual({ enroll: true });
    expect(await store.enroll(asking(token, a, 'k1'))).toEqual({ enroll: true });
    expect(await find(a)).toMatchObject({
      labels: { role: 'web' },
      identity: { key: key('k1'), isRevoked: false },
      presence: firstPresence(null),
    });
  });

  test('is refused to a second key, and the token remembers that it was tried', async () => {
    const token = await newToken();
    await store.enroll(asking(token, a, 'k1'));
    expect(await store.enroll(asking(token, a, 'k2'))).toEqual({ enroll: false, because: 'used-token' });
    expect(await store.enroll(asking(token, b, 'k1'))).toEqual({ enroll: false, because: 'used-token' });
    const [record] = await region.database.em.fork().findAll(EnrolmentTokenRecord);
    expect(record).toMatchObject({ usedBy: a, usedKey: key('k1'), refusals: 2, refused: 'used-token, by b' });
    expect(JSON.stringify(record)).not.toContain(token);
  });

  test('is given to one of two hosts that use one token at once', async () => {
    const token = await newToken();
    const both = await Promise.all([store.enroll(asking(token, a, 'k1')), store.enroll(asking(token, b, 'k2'))]);
    expect(both.filter((each) => each.enroll)).toHaveLength(1);
    expect(await region.database.em.fork().count(HostRecord)).toBe(1);
  });

  test.each<[string, Partial<NewEnrolmentToken>, string]>([
    ['has ended', { lifeMs: -1 }, 'expired-token'],
    ['is for another host', { host: b }, 'other-host'],
  ])('is refused when the token %s', async (_what, over, because) => {
    expect(await enroll(a, 'k1', over)).toEqual({ enroll: false, because });
    expect(await find(a)).toBeNull();
  });

  test('is refused with a token that nobody made', async () => {
    expect(await store.enroll(asking('sle_eu-west_made-up', a, 'k1'))).toMatchObject({ because: 'unknown-token' });
  });

  test('of a host that is known takes a token with its name, and begins anew', async () => {
    await enroll(a, 'k1');
    await region.database.em.fork().nativeUpdate(HostRecord, { id: a }, { reportSequence: 9e15 });
    expect(await enroll(a, 'k2')).toMatchObject({ because: 'host-exists' });
    expect(await enroll(a, 'k2', { host: a })).toEqual({ enroll: true });
    expect(await find(a)).toMatchObject({ identity: { key: key('k2') }, reportSequence: 0 });
  });
});

describe('a renewal', () => {
  const renew = (from: string, to: string) =>
    store.renew({ host: a, key: key(from), nextKey: key(to), expiresAtMs: Date.now() + 2 * monthMs });

  test('lets both keys in until the next one has worked', async () => {
    await enroll(a, 'k1');
    expect(await renew('k1', 'k2')).toEqual({ renew: true, promote: false });
    expect(await find(a)).toMatchObject({ identity: { key: key('k1'), nextKey: key('k2'), formerKey: null } });
    await store.promote(a, key('k2'));
    expect(await find(a)).toMatchObject({ identity: { key: key('k2'), nextKey: null, formerKey: key('k1') } });
    await store.promote(a, key('k2'));
    expect(await find(a)).toMatchObject({ identity: { key: key('k2'), nextKey: null, formerKey: key('k1') } });
  });

  test('whose answer was lost is asked again with another key', async () => {
    await enroll(a, 'k1');
    await renew('k1', 'lost');
    expect(await renew('k1', 'k2')).toMatchObject({ renew: true });
    expect(await find(a)).toMatchObject({ identity: { key: key('k1'), nextKey: key('k2') } });
  });

  test('by the next key shows that it has worked', async () => {
    await enroll(a, 'k1');
    await renew('k1', 'k2');
    expect(await renew('k2', 'k3')).toEqual({ renew: true, promote: true });
    expect(await find(a)).toMatchObject({
      identity: { key: key('k2'), nextKey: key('k3'), formerKey: key('k1') },
    });
    expect(await renew('k1', 'k4')).toEqual({ renew: false, because: 'former-key' });
  });

  test.each([
    [59, { renew: true, promote: false }],
    [61, { renew: false, because: 'away-too-long' }],
  ])('%d days after the end', async (days, decision) => {
    await enroll(a, 'k1');
    const expiresAt = new Date(Date.now() - days * 86_400_000);
    await region.database.em.fork().nativeUpdate(HostIdentityRecord, { host: a }, { expiresAt });
    expect(await renew('k1', 'k2')).toEqual(decision);
  });
});

describe('an operator', () => {
  test('revokes a host: it is shut out, and so are the open tokens with its name', async () => {
    await enroll(a, 'k1');
    const open = await newToken({ host: a });
    expect(await revokeHost(region.database, { host: a, by: 'ada', reason: 'lost' })).toBe(true);
    expect(await revokeHost(region.database, { host: a, by: 'ada', reason: 'lost' })).toBe(false);
    expect(await store.shutOut()).toEqual([a]);
    expect(await find(a)).toMatchObject({ identity: { isRevoked: true } });
    expect(await store.enroll(asking(open, a, 'k2'))).toMatchObject({ because: 'expired-token' });
    expect(await listIdentities(region.database)).toMatchObject([{ host: a, state: 'revoked' }]);
  });

  test('sees until when each certificate is valid', async () => {
    const expiresAtMs = Date.now() + monthMs;
    await store.enroll(asking(await newToken(), a, 'k1', { expiresAtMs }));
    const [listed] = await listIdentities(region.database);
    expect(listed).toMatchObject({ state: 'enrolled', expiresAt: new Date(expiresAtMs), renewedAt: null });
    expect(Math.abs(Date.now() - listed!.enrolledAt.getTime())).toBeLessThan(60_000);
  });

  test('lets a revoked host in again by a new token with its name', async () => {
    await enroll(a, 'k1');
    await revokeHost(region.database, { host: a, by: 'ada', reason: 'lost' });
    expect(await enroll(a, 'k2', { host: a })).toEqual({ enroll: true });
    expect(await store.shutOut()).toEqual([]);
  });

  test('releases a quarantined host: whichever machine speaks first is it', async () => {
    await enroll(a, 'k1');
    expect(await store.quarantine(a, 'two machines')).toBe(true);
    expect(await store.quarantine(a, 'another reason')).toBe(false);
    expect(await listIdentities(region.database)).toMatchObject([{ state: 'quarantined', why: 'two machines' }]);
    expect(await releaseHost(region.database, { host: a, by: 'ada', reason: 'lost' })).toBe(true);
    expect(await releaseHost(region.database, { host: a, by: 'ada', reason: 'lost' })).toBe(false);
    expect(await find(a)).toMatchObject({ presence: firstPresence(null), identity: { quarantine: null } });
  });
});

test('what was heard of a machine is remembered once, whichever gateway heard it', async () => {
  await enroll(a, 'k1');
  const before = firstPresence(null);
  await store.notePresence(a, before, { ...before, bootId: 'one' });
  await store.notePresence(a, before, { ...before, bootId: 'two' });
  expect((await find(a))!.presence.bootId).toBe('one');
});
