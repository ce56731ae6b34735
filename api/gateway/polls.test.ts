import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:tls';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { hostId, regionName } from '../../domain/names.ts';
import { lifeFrom } from '../../domain/host-identity/certificate-life.ts';
import type { Generation } from '../../domain/names.ts';
import { hostChannel } from '../../infra/postgres/region/host-records.ts';
import { HostRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { openAuthority } from '../../infra/keys/certificate-authority.ts';
import { verifyDocument } from '../../protocol/dsse.ts';
import { pollResponseSchema } from '../../protocol/gateway.ts';
import type { PollResponse } from '../../protocol/gateway.ts';
import { goalSchema, goalType } from '../../protocol/goal.ts';
import { openPollRoom } from './goals/poll-room.ts';
import { startGateway } from '../../test/gateway.ts';
import type { TestGateway } from '../../test/gateway.ts';
import {
  createTestAuthority,
  enrollWithCertificate,
  newKeyPair,
  testAuthority,
  type KeyPair,
} from '../../test/host-certificates.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  director,
  placement,
  region,
  service,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { within } from '../../test/slowness.ts';

let here: GoalRegion;
let gateway: TestGateway;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(async () => {
  await here.database.em.fork().execute('truncate goal, host, host_identity, host_service, snapshot, batch');
  gateway = await startGateway(here);
});
afterEach(() => gateway.close());

const enroll = (name: string, labels = { role: 'web' }) => enrollWithCertificate(here.database, hostId(name), labels);
const poll = async (
  certificate: ShownIdentity,
  known: PollResponse['goals'] = [],
  waitMs = 20_000,
): Promise<PollResponse> => {
  const names = known.map(({ service: of, etag }) => ({ service: of, etag }));
  const { status, body } = await gateway.post('/v1/poll', certificate, { known: names, waitMs });
  expect(status).toBe(200);
  return pollResponseSchema.parse(body);
};
const knowing = { service, region, outcomes: [], centreGeneration: 0 as const };
async function begin(deployment: number, next = placement('next', { role: 'web' })): Promise<Generation> {
  const input = { ...knowing, attempt: attempt(deployment), next, admission: admissionOf(next), absentAfterMs };
  const begun = await here.activities.beginRegion(input);
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  return begun.answer.generation;
}
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await delay(2);
};

describe('a poll', () => {
  test('is answered when the region says something else of the host itself, and the next one says what', async () => {
    const token = await enroll('a');
    await begin(1);
    const first = await poll(token);
    expect([first.maintenance, first.labels]).toEqual([false, { role: 'web' }]);
    const held = poll(token, first.goals);
    await until(() => gateway.room.size() === 1);
    await here.database.em.fork().execute(`update host set maintenance = true, labels = '{"role":"db"}'`);
    await here.database.em.fork().execute(`select pg_notify('${hostChannel}', 'b'), pg_notify('${hostChannel}', 'a')`);
    expect((await held).goals).toEqual([]);
    const known = first.goals.map(({ service: of, etag }) => ({ service: of, etag }));
    const before = { labels: { role: 'web' }, maintenance: false };
    const { body } = await gateway.post('/v1/poll', token, { known, waitMs: 60_000, here: before });
    expect(body).toMatchObject({ goals: [], maintenance: true, labels: { role: 'db' } });
  });

  test('that was asked before such a change and waits after it is answered too', async () => {
    const room = openPollRoom();
    const askedAtMs = performance.now();
    room.call(hostId('a'));
    const held = Object.assign(new EventEmitter(), { closed: false, destroy: () => undefined });
    await room.wait(hostId('a'), 60_000, () => false, held, askedAtMs);
    expect(room.size()).toBe(0);
  });

  test('is answered at once with the goals that the host does not have', async () => {
    const certificate = await enroll('a');
    const generation = await begin(1);
    const answer = await poll(certificate);
    const [offer] = answer.goals;
    const verified = verifyDocument(offer!.goal, goalType, [director.publicKey]);
    expect(goalSchema.parse(verified.ok && verified.payload)).toMatchObject({ generation, service });
    expect(offer).toMatchObject({ admissions: [expect.anything()], traceparent: expect.stringMatching(/^00-/) });
    expect(answer).toMatchObject({ labels: { role: 'web' }, reportEveryMs: absentAfterMs / 3 });
    expect(await poll(certificate, answer.goals, 1)).toMatchObject({ goals: [] });
  });

  test('may say that nothing has changed: that is durable before the poll is held open', async () => {
    const token = await enroll('a');
    const { goals } = await begin(1).then(() => poll(token));
    const known = goals.map(({ service: of, etag }) => ({ service: of, etag }));
    const report = { sequence: 7, bootId: 'boot', agentVersion: '1', services: [] };
    const held = gateway.post('/v1/poll', token, { known, waitMs: 20_000, report });
    await until(() => gateway.room.size() === 1);
    const row = await here.database.em.fork().findOneOrFail(HostRecord, hostId('a'));
    expect(row).toMatchObject({ reportSequence: 7, reportedAt: expect.any(Date) });
    await here.activities.undoRegion({ ...knowing, attempt: attempt(1), controlRevision: 1 });
    expect((await held).status).toBe(200);
  });

  test('that is held open returns within 200 ms of a goal write', async () => {
    const certificate = await enroll('a');
    const { goals } = await begin(1).then(() => poll(certificate));
    const held = poll(certificate, goals);
    await until(() => gateway.room.size() === 1);
    await here.activities.undoRegion({ ...knowing, attempt: attempt(1), controlRevision: 1 });
    const writtenAt = performance.now();
    expect((await held).goals).toHaveLength(1);
    expect(performance.now() - writtenAt).toBeLessThan(within(200, { otherwiseMs: 500 }));
  });

  test('is not woken by a goal that does not concern the host', async () => {
    const [web, db] = [await enroll('web'), await enroll('db', { role: 'db' })];
    const [heldByWeb, heldByDb] = [poll(web), poll(db, [], 3_000)];
    await until(() => gateway.room.size() === 2);
    await begin(1);
    expect((await heldByWeb).goals).toHaveLength(1);
    expect(gateway.room.size()).toBe(1);
    expect(await heldByDb).toMatchObject({ goals: [], reportEveryMs: 60_000 });
  });

  test('tells a host that runs the service of its goal, though no placement selects the host any more', async () => {
    await enroll('moved');
    await begin(1);
    await here.say(hostId('moved'), {});
    const certificate = await enroll('moved', { role: 'db' });
    expect((await poll(certificate)).goals).toHaveLength(1);
  });

  test('asks for reports every minute while no goal concerns the host, and every third of absentAfter when one does', async () => {
    const certificate = await enroll('a');
    const told = async (): Promise<number> => (await poll(certificate, [], 0)).reportEveryMs;
    expect(await told()).toBe(60_000);
    await begin(1);
    while ((await told()) === 60_000) await delay(2);
    expect(await told()).toBe(absentAfterMs / 3);
  });

  test('of a host that polls again answers the one before', async () => {
    const certificate = await enroll('a');
    const first = poll(certificate);
    await until(() => gateway.room.size() === 1);
    const second = poll(certificate, [], 50);
    expect(await first).toMatchObject({ goals: [] });
    await second;
  });

  test('whose host went away holds no place', async () => {
    const certificate = await enroll('a');
    const gone = new AbortController();
    const held = gateway
      .post('/v1/poll', certificate, { known: [], waitMs: 60_000 }, gone.signal)
      .catch(() => undefined);
    await until(() => gateway.room.size() === 1);
    gone.abort();
    expect(await held).toBeUndefined();
    await until(() => gateway.room.size() === 0);
  });

  test('is not read while the room has its connection rest after an answer, and is answered then', async () => {
    const { key, certificate: cert } = await enroll('a');
    let goOn = (): void => undefined;
    gateway.room.answered = (its) => {
      its.pause();
      goOn = () => its.resume();
    };
    const port = Number(new URL(gateway.url).port);
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, key, cert });
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    const answers = (): number => received.split('HTTP/1.1 200').length - 1;
    const body = JSON.stringify({ known: [], waitMs: 0 });
    const head = ['POST /v1/poll HTTP/1.1', 'Host: gateway', 'Content-Type: application/json'];
    const ask = (): boolean => socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'));
    ask();
    await until(() => answers() === 1);
    const rests = goOn;
    ask();
    await poll(await enroll('b'), [], 0);
    expect(answers()).toBe(1);
    rests();
    await until(() => answers() === 2);
    socket.destroy();
  });

  test('hears of a goal that was written while the gateway could not listen', async () => {
    const certificate = await enroll('a');
    const held = poll(certificate);
    await until(() => gateway.room.size() === 1);
    const em = here.database.em.fork();
    await em.execute(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'slipway-listen' and datname = current_database()`);
    await begin(1);
    expect((await held).goals).toHaveLength(1);
  });
});

const pairOf = ({ key }: ShownIdentity): KeyPair => ({
  privateKey: createPrivateKey(key),
  publicKey: createPublicKey(createPrivateKey(key)),
});
async function certifiedElsewhere(ofA: ShownIdentity): Promise<string> {
  const { key, trusted } = await testAuthority();
  const elsewhere = openAuthority(regionName('us-east'), key, trusted[0]!.raw.toString('base64'));
  return elsewhere.certifyHost(hostId('a'), pairOf(ofA).publicKey, lifeFrom(Date.now(), 60_000));
}

describe('nobody but hosts of this region', () => {
  test.each<[string, (ofA: ShownIdentity) => Promise<ShownIdentity | null>]>([
    ['no certificate', async () => null],
    ['the certificate of a host that nobody knows', async () => (await testAuthority()).certify('nobody')],
    ['a certificate of a host with a key that it never had', async () => (await testAuthority()).certify('a')],
    [
      'a certificate of a known key by another authority of the same name',
      async (ofA) => (await createTestAuthority()).certify('a', pairOf(ofA)),
    ],
    [
      'a certificate of a known key for another region, were it by the same authority',
      async (ofA) => ({ key: ofA.key, certificate: await certifiedElsewhere(ofA) }),
    ],
    [
      'a certificate of a gateway',
      async () => (await testAuthority()).authority.certifyGateway(lifeFrom(Date.now(), 60_000)),
    ],
  ])('comes in with %s', async (_case, show) => {
    const ofA = await enroll('a');
    for (const route of ['/v1/poll', '/v1/reports']) {
      const answer = await gateway.post(route, await show(ofA), { known: [], waitMs: 0 });
      expect(answer).toMatchObject({
        status: 401,
        body: { type: expect.stringMatching(/not-enrolled$/), status: 401 },
      });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    expect((await gateway.post('/v1/poll', ofA, { known: [], waitMs: 0 })).status).toBe(200);
  });

  test('comes in with a certificate that has ended, which is told apart', async () => {
    const pair = newKeyPair();
    const ended = { notBeforeMs: Date.now() - 120_000, notAfterMs: Date.now() - 60_000 };
    const certificate = await (await testAuthority()).certify('a', pair, ended);
    const answer = await gateway.post('/v1/poll', certificate, { known: [], waitMs: 0 });
    expect(answer).toMatchObject({ status: 401, body: { type: expect.stringMatching(/certificate-ended$/) } });
  });

  test('comes in with a certificate of a key that a later enrolment replaced', async () => {
    const old = await enroll('a');
    await enroll('a');
    expect(await gateway.post('/v1/poll', old, { known: [], waitMs: 0 })).toMatchObject({ status: 401 });
  });

  test('comes in over TLS 1.2, and nobody without TLS', async () => {
    const certificate = await enroll('a');
    const port = Number(new URL(gateway.url).port);
    const older = connect({ port, rejectUnauthorized: false, maxVersion: 'TLSv1.2', ...certificate });
    await expect(once(older, 'secureConnect')).rejects.toThrow(/protocol version/);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed');
  });
});

describe('a body', () => {
  test.each([
    ['that is oversized', JSON.stringify({ known: [], waitMs: 0, pad: 'x'.repeat(2_000_000) }), 413, 'too-large'],
    ['that is not JSON', '{"known":', 400, 'invalid-request'],
    ['that asks to wait for an hour', { known: [], waitMs: 3_600_000 }, 400, 'invalid-request'],
  ])('%s is refused', async (_case, body, status, code) => {
    const answer = await gateway.post('/v1/poll', await enroll('a'), body);
    expect(answer).toMatchObject({ status, body: { type: expect.stringMatching(new RegExp(`${code}$`)) } });
  });

  test('with a field of a later version is answered', async () => {
    const known = [{ service, etag: placement('x').release.digest, seenAt: 'today' }];
    const answer = await gateway.post('/v1/poll', await enroll('a'), { known, waitMs: 0, wantsPeers: true });
    expect(answer.status).toBe(200);
  });

  test('that is announced and never sent is given up', async () => {
    const certificate = await enroll('a');
    const hasty = await startGateway(here, { requestTimeout: 100 });
    const { key, certificate: cert } = certificate;
    const socket = connect({
      port: Number(new URL(hasty.url).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      key,
      cert,
    });
    const head = ['POST /v1/poll HTTP/1.1', 'Host: gateway'];
    socket.write([...head, 'Content-Type: application/json', 'Content-Length: 50', '', '{'].join('\r\n'));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408/);
    await hasty.close();
  });
});
