import { afterEach, beforeEach, expect, test } from '@jest/globals';
import https from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { lifeFrom } from '../../domain/host-identity/certificate-life.ts';
import { until } from '../../test/crash/run/patience.ts';
import { testAuthority } from '../../test/host-certificates.ts';
import { patienceMs } from '../../test/patience.ts';
import { serveTls, type ServedTls } from './serve.ts';

const local = { host: '127.0.0.1', port: 0 };
let served: ServedTls;
let pair: { readonly key: string; readonly cert: string };
beforeEach(async () => {
  const { key, certificate } = await (await testAuthority()).authority.certifyGateway(lifeFrom(Date.now(), 60_000));
  pair = { key, cert: certificate };
  served = await serveTls((_request, response) => void response.end('here'), local, pair);
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

test('while too many connections have yet to say who they are, others are closed, and taken when those have ended', async () => {
  // Some more than it waits for: while one is asked whether there is room, another is closed in its place.
  const silent = Array.from({ length: 1_100 }, () => connect(served.port, local.host).on('error', () => undefined));
  try {
    await Promise.all(silent.map((socket) => once(socket, 'connect')));
    await until('no room for another', patienceMs, () =>
      ask().then(
        () => undefined,
        () => true as const,
      ),
    );
    await expect(ask()).rejects.toThrow(/ECONNRESET|disconnected|hang up/);
    for (const socket of silent.slice(0, 600)) socket.destroy();
    await until('room for another', patienceMs, () => ask());
    const others = await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(new Set(others)).toEqual(new Set([200]));
  } finally {
    for (const socket of silent) socket.destroy();
  }
});
