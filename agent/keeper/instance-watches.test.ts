import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckResult } from '../../domain/host/health.ts';
import type { HostState, Instance } from '../../domain/host/service-state.ts';
import { serviceName, type Digest } from '../../domain/names.ts';
import { until } from '../../test/crash/run/patience.ts';
import { atOnceMs } from '../../test/patience.ts';
import { identify } from '../process-identity.ts';
import { watchInstances, type InstanceWatches, type WatchReports } from './instance-watches.ts';

const service = serviceName('checkout');
let server: http.Server;
let asked: number;
let reports: WatchReports;
let watches: InstanceWatches;
let instance: Instance;
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
  instance = { id: 'x', release: 'sha256:1' as Digest, process: identify(process.pid)!, port, health };
  state = stateWith(instance);
  reports = {
    keeperDirectory: () => '/nowhere',
    ensureKeeper: () => new Promise(() => undefined),
    ownHealth: () => ({ outcome: 'success' }),
    settingOf: () => Promise.resolve(null),
    onHealth: () => undefined,
    onExit: () => undefined,
    onOutput: () => undefined,
  };
  watches = watchInstances(reports);
});
afterEach(() => {
  watches.close();
  server.close();
  server.closeAllConnections();
});

const stateWith = (watched: Instance): HostState =>
  ({ services: new Map([[service, { service, instance: watched }]]) }) as unknown as HostState;

async function untilAsked(): Promise<void> {
  const before = asked;
  while (asked === before) await delay(5);
}

test('an instance whose end is wanted is not asked any more; one that could not be ended is asked again', async () => {
  watches.follow(state);
  await untilAsked();
  watches.letGo(service);
  watches.follow(state);
  // What was under way may still come; one that goes on asks every ten milliseconds.
  await until('the end of what was under way', atOnceMs, async () => {
    const before = asked;
    await delay(50);
    return asked === before || undefined;
  });
  const before = asked;
  await delay(200);
  expect(asked).toBe(before);
  watches.takeBack(service);
  watches.follow(state);
  await untilAsked();
});

test('a look that fails, whatever it is that the host lacks, says nothing about the instance, and is made again', async () => {
  const heard: CheckResult[] = [];
  watches = watchInstances({
    ...reports,
    settingOf: () => Promise.reject(new Error('spawn getent ENOMEM')),
    onHealth: (_service, _instance, result) => void heard.push(result),
  });
  const { http: _, ...times } = instance.health;
  watches.follow(stateWith({ ...instance, health: { ...times, command: ['/bin/true'] } }));
  const second = await until('a second look', atOnceMs, () => heard[1]);
  expect(second).toEqual({ outcome: 'unknown', reason: 'it could not be looked at: spawn getent ENOMEM' });
});
