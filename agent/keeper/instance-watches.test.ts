import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostState, Instance } from '../../domain/host/service-state.ts';
import { serviceName, type Digest } from '../../domain/names.ts';
import { identify } from '../process-identity.ts';
import { watchInstances, type InstanceWatches } from './instance-watches.ts';

const service = serviceName('checkout');
let server: http.Server;
let asked: number;
let watches: InstanceWatches;
let state: HostState;

beforeEach(async () => {
  asked = 0;
  server = http.createServer((_request, response) => {
    asked += 1;
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const times = { startPeriodMs: 0, intervalMs: 10, timeoutMs: 5_000, healthyAfter: 1, unhealthyAfter: 1 };
  const health = { http: '/healthz', ...times };
  const instance: Instance = { id: 'x', release: 'sha256:1' as Digest, process: identify(process.pid)!, port, health };
  state = { services: new Map([[service, { service, instance }]]) } as unknown as HostState;
  watches = watchInstances({
    keeperDirectory: () => '/nowhere',
    ensureKeeper: () => new Promise(() => undefined),
    ownHealth: () => ({ outcome: 'success' }),
    settingOf: () => Promise.resolve(null),
    onHealth: () => undefined,
    onExit: () => undefined,
    onOutput: () => undefined,
  });
});
afterEach(() => {
  watches.close();
  server.close();
  server.closeAllConnections();
});

async function untilAsked(): Promise<void> {
  const before = asked;
  while (asked === before) await delay(5);
}

test('an instance whose end is wanted is not asked any more; one that could not be ended is asked again', async () => {
  watches.follow(state);
  await untilAsked();
  watches.letGo(service);
  watches.follow(state);
  // Of what was under way.
  await delay(50);
  const before = asked;
  await delay(100);
  expect(asked).toBe(before);
  watches.takeBack(service);
  watches.follow(state);
  await untilAsked();
});
