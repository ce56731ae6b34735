import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connectToGateway, type GatewayTrust, type ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { GatewayError } from '../../../agent/gateway/gateway-error.ts';
import { connectCertificateSource, type CertificateSource } from '../../../agent/identity/ask-certificate.ts';
import { usualLifeMs } from '../../../domain/host-identity/certificate-life.ts';
import { hostId, regionName, type Digest } from '../../../domain/names.ts';
import { createEnrolmentToken, type NewEnrolmentToken } from '../../../infra/postgres/region/enrolment-tokens.ts';
import { listIdentities, releaseHost, revokeHost } from '../../../infra/postgres/region/identity-decisions.ts';
import { HostIdentityRecord, HostRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { keyDigest, machineDigest, proveKey, spkiOf } from '../../../protocol/host-identity.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { enrollWithCertificate, newKeyPair, testAuthority } from '../../../test/host-certificates.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../../test/region-database.ts';
import { slowness } from '../../../test/slowness.ts';

const [a, b] = [hostId('a'), hostId('b')];
const region = regionName('eu-west');
const { signal } = new AbortController();
const dayMs = 86_400_000;
let here: TestRegionDatabase;
let gateway: TestGateway;
let trust: GatewayTrust;
beforeAll(async () => {
  here = await createRegionDatabase();
  trust = { region, authorities: (await testAuthority()).trusted };
});
afterAll(() => here.close());
beforeEach(async () => {
  await here.database.em.fork().execute('truncate host, host_identity, enrolment_token');
  gateway = await startGateway(here);
});
afterEach(() => gateway.close());

const sourceOf = (host = a): CertificateSource =>
  connectCertificateSource(new URL(gateway.url), trust, { host, region });
const newToken = (over: Partial<NewEnrolmentToken> = {}): Promise<string> =>
  createEnrolmentToken(here.database, { region, labels: { role: 'web' }, host: null, createdBy: 'ada', ...over });
const shown = (key: KeyObject, certificate: string): ShownIdentity => ({
  key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  certificate,
});
const keyOf = ({ key }: ShownIdentity): KeyObject => createPrivateKey(key);
async function enroll(host = a, machine: Digest | null = null): Promise<ShownIdentity> {
  const { privateKey } = newKeyPair();
  return shown(privateKey, await sourceOf(host).enroll(await newToken(), privateKey, machine, signal));
}
async function renew(identity: ShownIdentity, host = a): Promise<ShownIdentity> {
  const { privateKey } = newKeyPair();
  return shown(privateKey, await sourceOf(host).renew(keyOf(identity), privateKey, signal));
}
const problemOf = async (asked: Promise<unknown>): Promise<string | null> =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof GatewayError ? error.problem : String(error)),
  );
let sequence = 0;
const report = (identity: ShownIdentity, over: object = {}) =>
  gateway.post('/v1/reports', identity, {
    sequence: ++sequence,
    bootId: 'boot-1',
    agentVersion: '1',
    services: [],
    ...over,
  });
const poll = (identity: ShownIdentity, waitMs = 0) => gateway.post('/v1/poll', identity, { known: [], waitMs });
/** Who is shut out is cut now and then, also in the middle of a request, and comes again, as a host does. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!/hang up|ECONNRESET/.test((error as Error).message)) throw error;
    }
  }
}
const refusedWith = (code: string, status = 403) => ({
  status,
  body: { type: expect.stringMatching(new RegExp(`${code}$`)) },
});
const stateOf = async (host = a) => (await listIdentities(here.database)).find((each) => each.host === host);

describe('an enrolment', () => {
  test('gives a host a certificate of ninety days, with which it comes in', async () => {
    const identity = await enroll();
    const { subjectAltName, validTo } = new X509Certificate(identity.certificate);
    expect(subjectAltName).toBe('URI:slipway://eu-west/a');
    expect(Math.abs(Date.parse(validTo) - Date.now() - usualLifeMs)).toBeLessThan(60_000);
    expect(await poll(identity)).toMatchObject({ status: 200, body: { labels: { role: 'web' } } });
    expect((await report(identity)).status).toBe(204);
  });

  test('whose answer was lost is given again to the same key, and to no other', async () => {
    const [token, { privateKey }] = [await newToken(), newKeyPair()];
    await sourceOf().enroll(token, privateKey, null, signal);
    const identity = shown(privateKey, await sourceOf().enroll(token, privateKey, null, signal));
    expect((await poll(identity)).status).toBe(200);
    expect(await problemOf(sourceOf().enroll(token, newKeyPair().privateKey, null, signal))).toBe('enrolment-refused');
    expect(await problemOf(sourceOf(b).enroll(token, privateKey, null, signal))).toBe('enrolment-refused');
    expect((await poll(identity)).status).toBe(200);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['has ended', () => newToken({ lifeMs: -1 }), 'expired token'],
    ['is for another host', () => newToken({ host: b }), 'other host'],
    ['is for another region', () => newToken({ region: regionName('us-east') }), 'the token is for region us-east'],
    ['was never made', async () => `sle_eu-west_${'x'.repeat(43)}`, 'unknown token'],
  ])('is refused when the token %s', async (_what, token, why) => {
    const asked = sourceOf().enroll(await token(), newKeyPair().privateKey, null, signal);
    await expect(asked).rejects.toThrow(why);
    expect(await problemOf(asked)).toBe('enrolment-refused');
    expect(await here.database.em.fork().count(HostRecord)).toBe(0);
  });

  test('takes no proof that was made for another connection, host, purpose or key', async () => {
    const { privateKey } = newKeyPair();
    const key = spkiOf(privateKey);
    const token = await newToken();
    const binding = Buffer.alloc(32);
    for (const over of [{}, { host: b }, { what: 'renew' as const }, { keys: ['x'] }]) {
      const proof = proveKey({ what: 'enroll', region, host: a, keys: [key], binding, ...over }, privateKey);
      const answer = await gateway.post('/v1/enroll', null, { token, host: a, key, proof, machine: null });
      expect(answer).toMatchObject(refusedWith('not-enrolled', 401));
    }
    expect(await here.database.em.fork().count(HostRecord)).toBe(0);
  });

  test.each([
    ['no key at all', { key: 'AAAA' }],
    ['a key of another kind', { key: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA0==' }],
  ])('is refused with %s', async (_what, over) => {
    const body = { token: await newToken(), host: a, proof: 'AAAA', machine: null, ...over };
    expect((await gateway.post('/v1/enroll', null, body)).status).toBeGreaterThanOrEqual(400);
    expect(await here.database.em.fork().count(HostRecord)).toBe(0);
  });

  test('of a host that is known needs a token with its name, which ends the key before', async () => {
    const before = await enroll();
    expect(await problemOf(enroll())).toBe('enrolment-refused');
    const { privateKey } = newKeyPair();
    const token = await newToken({ host: a });
    const now = shown(privateKey, await sourceOf().enroll(token, privateKey, null, signal));
    expect((await poll(now)).status).toBe(200);
    expect(await poll(before)).toMatchObject(refusedWith('not-enrolled', 401));
  });
});

describe('a renewal', () => {
  test('gives another key a certificate; the one before goes on until that one was used', async () => {
    const before = await enroll();
    const next = await renew(before);
    expect((await poll(before)).status).toBe(200);
    expect((await poll(next)).status).toBe(200);
    expect((await poll(next)).status).toBe(200);
  });

  test.each([
    ['59 days after the end', 59, 'none'],
    ['61 days after the end', 61, 'not-enrolled'],
  ])('%s', async (_when, days, problem) => {
    const identity = await enroll();
    const expiresAt = new Date(Date.now() - days * dayMs);
    await here.database.em.fork().nativeUpdate(HostIdentityRecord, { host: a }, { expiresAt });
    expect(await problemOf(renew(identity))).toBe(problem);
  });

  test('is refused to a key that is another host`s', async () => {
    const other = await enroll(b);
    await enroll(a);
    expect(await problemOf(renew(other, a))).toBe('not-enrolled');
  });
});

describe('a host that is revoked', () => {
  test('is told so at once, also on the poll that is held open, and gets no new certificate', async () => {
    const identity = await enroll();
    const held = poll(identity, 60_000).catch((error: Error) => error.message);
    while (gateway.room.size() === 0) await delay(5);
    await revokeHost(here.database, { host: a, by: 'ada', reason: 'lost' });
    expect(await held).toMatch(/hang up|ECONNRESET/);
    expect(gateway.room.size()).toBe(0);
    expect(await untilAnswered(() => poll(identity))).toMatchObject(refusedWith('host-revoked'));
    expect(await untilAnswered(() => report(identity))).toMatchObject(refusedWith('host-revoked'));
    expect(await problemOf(untilAnswered(() => renew(identity)))).toBe('host-revoked');
    expect(await (await gateway.get('/metrics', null)).text()).toContain('slipway_gateway_shut_out_hosts 1');
  });

  test('leaves the others alone', async () => {
    const [one, other] = [await enroll(a), await enroll(b)];
    const held = poll(other, 1_000);
    await revokeHost(here.database, { host: a, by: 'ada', reason: 'lost' });
    expect((await held).status).toBe(200);
    expect((await untilAnswered(() => poll(one))).status).toBe(403);
  });
});

describe('a copied disk', () => {
  test('is noticed when both machines speak in turn: both are kept out until an operator decides', async () => {
    const identity = await enroll();
    expect((await report(identity, { bootId: 'one' })).status).toBe(204);
    expect((await report(identity, { bootId: 'two' })).status).toBe(204);
    expect(await report(identity, { bootId: 'one' })).toMatchObject(refusedWith('host-quarantined'));
    expect(await untilAnswered(() => poll(identity))).toMatchObject(refusedWith('host-quarantined'));
    expect(await problemOf(untilAnswered(() => renew(identity)))).toBe('host-quarantined');
    expect(await stateOf()).toMatchObject({
      state: 'quarantined',
      why: expect.stringMatching(/boot one .* 127\.0\.0\.1/),
    });
    await releaseHost(here.database, { host: a, by: 'ada', reason: 'lost' });
    expect((await report(identity, { bootId: 'one' })).status).toBe(204);
    expect((await poll(identity)).status).toBe(200);
  });

  test('is noticed by the machine id', async () => {
    const identity = await enroll(a, machineDigest('one'));
    expect((await report(identity, { machine: machineDigest('one') })).status).toBe(204);
    const other = await report(identity, { machine: machineDigest('two') });
    expect(other).toMatchObject(refusedWith('host-quarantined'));
  });

  test('is noticed by the key before: the original has renewed, the copy has not', async () => {
    const copied = await enroll();
    const original = await renew(copied);
    expect((await poll(original)).status).toBe(200);
    expect(await untilAnswered(() => poll(copied))).toMatchObject(refusedWith('host-quarantined'));
    expect(await untilAnswered(() => poll(original))).toMatchObject(refusedWith('host-quarantined'));
    expect(await stateOf()).toMatchObject({ state: 'quarantined' });
  });

  test('is not suspected of a host that reboots, moves, or whose word comes late', async () => {
    const identity = await enroll();
    for (const bootId of ['one', 'two', 'three', 'four', 'five', 'six'])
      expect((await report(identity, { bootId })).status).toBe(204);
    expect((await report(identity, { bootId: 'five', sequence: 1 })).status).toBe(204);
    expect((await report(identity, { bootId: 'six' })).status).toBe(204);
    expect(await stateOf()).toMatchObject({ state: 'enrolled' });
  });
});

test('a report counts for the host of the certificate, whoever it says that it is', async () => {
  const [one] = [await enroll(a), await enroll(b)];
  expect((await report(one, { host: b, agentVersion: 'forged' })).status).toBe(204);
  const em = here.database.em.fork();
  expect(await em.findOneOrFail(HostRecord, a)).toMatchObject({ agentVersion: 'forged' });
  expect(await em.findOneOrFail(HostRecord, b)).toMatchObject({ agentVersion: null, reportedAt: null });
});

test('a certificate that ends on a connection that goes on is not let in on it any more', async () => {
  await enrollWithCertificate(here.database, a);
  const { certify } = await testAuthority();
  const pair = newKeyPair();
  const life = { notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 1_500 * slowness() };
  await here.database.em.fork().nativeUpdate(HostIdentityRecord, { host: a }, { key: keyDigest(pair.publicKey) });
  const identity = await certify('a', pair, life);
  const socket = await connectToGateway(new URL(gateway.url), trust, identity);
  const answers: string[] = [];
  socket.on('data', (bytes: Buffer) => answers.push(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString())?.[1] ?? ''));
  const body = JSON.stringify({ known: [], waitMs: 0 });
  const ask = (): void =>
    void socket.write(
      `POST /v1/poll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  for (ask(); !answers.includes('401'); await delay(50)) if (answers.at(-1) === '200') ask();
  expect(answers[0]).toBe('200');
  socket.destroy();
});
