import { afterEach, beforeEach, expect, test } from '@jest/globals';
import https from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { lifeFrom } from '../../domain/host-identity/certificate-life.ts';
import { until } from '../../test/crash/run/patience.ts';
import { testAuthority } from '../../test/host-certificates.ts';
import { patienceMs } from '../../test/patience.ts';
import { within } from '../../test/slowness.ts';
import { serveTls, type ServedTls } from './serve.ts';

const local = { host: '127.0.0.1', port: 0 };
let served: ServedTls;
let pair: { readonly key: string; readonly cert: string };
beforeEach(async () => {
  const { key, certificate } = await (await testAuthority()).authority.certifyGateway(lifeFrom(Date.now(), 60_000));
  pair = { key, cert: certificate };
  // No test is about the end of a handshake that takes too long, or hears of it.
  const tls = { ...pair, handshakeTimeout: 2 * patienceMs };
  served = await serveTls((_request, response) => void response.end('here'), local, tls);
});
afterEach(() => served.close());

async function ask(agent: https.Agent | false = false): Promise<number | undefined> {
  const asked = https.get({ ...local, port: served.port, agent, rejectUnauthorized: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('connections that come together are not taken one a turn of a busy event loop', async () => {
  const connections = 300;
  let [turns, going] = [0, true];
  const work = (): void => {
    turns += 1;
    for (const until = performance.now() + 3; performance.now() < until;);
    if (going) setImmediate(work);
  };
  setImmediate(work);
  const answers = await Promise.all(Array.from({ length: connections }, ask));
  going = false;
  expect(new Set(answers)).toEqual(new Set([200]));
  expect(turns).toBeLessThan(connections / 2);
});

test('no other program gets its port, and it gets no port of another', async () => {
  await expect(serveTls(() => undefined, { ...local, port: served.port }, pair)).rejects.toThrow('EADDRINUSE');
});

test('connections beyond what it takes are closed before anything is said, until it takes more', async () => {
  served.takeAtMost(0);
  await expect(ask()).rejects.toThrow(/ECONNRESET|disconnected|hang up/);
  served.takeAtMost(1_000);
  expect(await ask()).toBe(200);
});

test('it takes exactly as many connections as it may, wherever they come in, and another when one has ended', async () => {
  const most = 24;
  served.takeAtMost(most);
  const agent = new https.Agent({ keepAlive: true });
  try {
    const several = await Promise.all(Array.from({ length: most }, () => ask(agent)));
    expect(several).toEqual(Array.from({ length: most }, () => 200));
    await expect(ask()).rejects.toThrow(/ECONNRESET|disconnected|hang up/);
    const [first] = Object.values(agent.freeSockets)[0]!;
    first!.destroy();
    await until('room for another', patienceMs, () => ask());
  } finally {
    agent.destroy();
  }
});

/** What somebody says first who wants a handshake. */
async function firstWord(): Promise<Buffer> {
  const listening = createServer().listen(0, local.host);
  await once(listening, 'listening');
  const asking = connectTls({ ...local, port: (listening.address() as AddressInfo).port });
  asking.on('error', () => undefined);
  const [heard] = (await once(listening, 'connection')) as [Socket];
  const [word] = (await once(heard, 'data')) as [Buffer];
  asking.destroy();
  listening.close();
  return word;
}

/** Some more than it waits for. They say it without waiting for each other: who is silent for long is cut. */
const tooMany = 1_100;
async function crowd(says?: Buffer): Promise<readonly Socket[]> {
  const all = Array.from({ length: tooMany }, () => connect(served.port, local.host).on('error', () => undefined));
  if (says !== undefined) for (const socket of all) socket.write(says);
  // Not before it is full is another asked for: that would be let in instead of one of these, and leave its place free.
  await until('some of them to be too many', patienceMs, () => all.some(({ closed }) => closed) || undefined);
  return all;
}

test('while too many handshakes are under way others are closed, and taken when those have ended', async () => {
  const slow = await crowd(await firstWord());
  try {
    // Who has asked for a handshake has longer for it than who said nothing.
    for (const silentEnd = performance.now() + 1_500; performance.now() < silentEnd;)
      await expect(ask()).rejects.toThrow(/ECONNRESET|disconnected|hang up/);
    for (const socket of slow.slice(0, 600)) socket.destroy();
    await until('room for another', patienceMs, () => ask());
    const others = await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(new Set(others)).toEqual(new Set([200]));
  } finally {
    for (const socket of slow) socket.destroy();
  }
});

test('connections that say nothing keep others out for a moment only', async () => {
  const beganAt = performance.now();
  const silent = await crowd();
  try {
    await until('room for another', patienceMs, () => ask());
    expect(performance.now() - beganAt).toBeLessThan(within(3_000, { otherwiseMs: 10_000 }));
  } finally {
    for (const socket of silent) socket.destroy();
  }
});

test('when it is closed it does not wait for those that have yet to say who they are', async () => {
  const silent = Array.from({ length: 40 }, () => connect(served.port, local.host).on('error', () => undefined));
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  const toldAt = performance.now();
  await served.close();
  expect(performance.now() - toldAt).toBeLessThan(within(3_000, { otherwiseMs: 10_000 }));
});
