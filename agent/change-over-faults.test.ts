import { readFileSync } from 'node:fs';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReleaseConfig, RestartMode } from '../domain/spec/service-spec.ts';
import { atOnceMs } from '../test/patience.ts';
import { freePorts } from '../infra/local/free-port.ts';
import { statusOf } from './keeper/ensure-keeper.ts';
import { keeperPlaces } from './keeper/keeper-place.ts';
import { findMarked, identify } from './process-identity.ts';
import { handedServer } from './testing/handed-server.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease, TestReleaseInput } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let env: Record<string, string>;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  const first = await freePorts(10);
  env = { SLIPWAY_INSTANCE_PORTS: `${first}-${first + 9}` };
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

function publish(number: number, restart: RestartMode, more: Omit<TestReleaseInput, 'number'> = {}): TestRelease {
  return region.publish({
    number,
    files: { 'server.mjs': handedServer },
    ...more,
    run: { restart, stop: { signal: 'SIGTERM', graceMs: 5_000 }, ...more.run },
  });
}
const untilReverted = (to: TestRelease, reason: string) =>
  region.gateway.untilReport(
    ({ services: [service] }) =>
      service?.state === 'reverted' &&
      service.running === to.digest &&
      service.health === 'healthy' &&
      service.refused.some((refusal) => refusal.reason.includes(reason)),
    `that it reverted: ${reason}`,
  );

async function startWith(release: TestRelease): Promise<void> {
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start({ env });
  await region.untilSettles(release, 10);
}

interface Ports {
  readonly serving: readonly { readonly port: number; readonly instance: string }[];
  readonly draining: readonly { readonly port: number }[];
}
const ports = (): Ports => JSON.parse(readFileSync(host.directory.service(checkout).ports, 'utf8')) as Ports;
const servedPort = (): number => ports().serving[0]!.port;

/** What is answered on a port; null when nobody listens, and `waits` when somebody does and never answers. */
const ask = (port: number): Promise<string | null> =>
  new Promise((resolve) => {
    http
      .get({ host: '127.0.0.1', port, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve(text));
      })
      .on('error', () => resolve(null))
      .setTimeout(atOnceMs, () => resolve('waits'));
  });

const instances = () => findMarked('SLIPWAY_INSTANCE', `${host.directory.mark}/`);
const runningPid = async (): Promise<number> => {
  const found = [];
  for (const place of keeperPlaces(host.directory, checkout)) {
    const instance = (await statusOf(place.keeper))?.instance;
    if (instance && instance.exit === null) found.push(instance);
  }
  expect(found).toHaveLength(1);
  return found[0]!.process!.pid;
};
const untilOneRuns = () =>
  until(
    () => instances().length === 1,
    () => `${instances().length} processes run`,
  );
const journalled = (holds: (event: ReturnType<TestHost['journal']>[number]) => boolean) =>
  until(
    () => host.journal().some(holds),
    () => 'it was not journalled',
  );

describe('a service that is handed its socket', () => {
  it('is gone back from when it does not say who it is: somebody else may answer there', async () => {
    const good = publish(1, 'socket');
    await startWith(good);
    const nameless = { 'server.mjs': handedServer.replace(/.*x-slipway-instance.*/, '') };
    const bad = publish(2, 'socket', { files: nameless, config: { startPeriodMs: 3_000 } });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    await untilReverted(good, 'answered without x-slipway-instance');
    expect(await ask(servedPort())).toBe('checkout@1');
  });

  it('keeps its callers waiting, and answers them all, when a release does not come up', async () => {
    const good = publish(1, 'socket');
    await startWith(good);
    const port = servedPort();
    const bad = publish(2, 'socket', { files: { 'server.mjs': 'setTimeout(() => process.exit(3), 700);' } });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    await journalled((event) => event.type === 'instanceStarted' && event.instance.release === bad.digest);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(port)));
    expect(new Set(answers)).toEqual(new Set(['checkout@1']));
    await untilReverted(good, 'exited with code 3');
  });

  it('goes on when its keeper is killed, and keeps its port over the next change', async () => {
    const good = publish(1, 'socket');
    await startWith(good);
    const [port, pid] = [servedPort(), await runningPid()];
    const [{ keeper }] = keeperPlaces(host.directory, checkout);
    const killed = (await statusOf(keeper))!.keeper;
    process.kill(killed.pid, 'SIGKILL');
    await until(
      async () => identify(killed.pid) === null && (await statusOf(keeper)) !== null,
      () => 'no other keeper came',
    );
    expect(await ask(port)).toBe('checkout@1');
    expect(await runningPid()).toBe(pid);
    const next = publish(2, 'socket');
    region.setGoal({ deployment: 2, generation: 20, base: good, next });
    await region.untilSettles(next, 20);
    expect(servedPort()).toBe(port);
    expect(await ask(port)).toBe('checkout@2');
    expect((await statusOf(keeper))!.socketPort).toBe(port);
  });

  it('has the same port after its instance crashed, and loses nobody who waited', async () => {
    const good = publish(1, 'socket');
    await startWith(good);
    const port = servedPort();
    process.kill(await runningPid(), 'SIGKILL');
    expect(await ask(port)).toBe('checkout@1');
    expect(servedPort()).toBe(port);
  });
});

describe('a service whose instances overlap', () => {
  it('never sends a caller to a release that is not well, and goes back without a start', async () => {
    const good = publish(1, 'overlap');
    await startWith(good);
    const before = [await runningPid(), servedPort()];
    const bad = publish(2, 'overlap', {
      files: { 'server.mjs': handedServer.replace('response.end(', 'response.writeHead(500).end(') },
      config: { startPeriodMs: 3_000 },
    });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    await untilReverted(good, '/healthz answered 500');
    expect([await runningPid(), servedPort()]).toEqual(before);
    await untilOneRuns();
  });

  it('and its agent give up at once on a release that is not wanted any more', async () => {
    const good = publish(1, 'overlap');
    await startWith(good);
    const pid = await runningPid();
    const slow = publish(2, 'overlap', {
      files: { 'server.mjs': 'setInterval(() => {}, 1000);' },
      config: { startPeriodMs: 600_000 },
    });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: slow });
    await until(
      () => instances().length === 2,
      () => 'it did not start',
    );
    region.setGoal({ deployment: 2, generation: 21, base: good, next: slow, mode: 'undo' });
    await region.untilSettles(good, 21);
    expect(await runningPid()).toBe(pid);
    await untilOneRuns();
  });

  it('has one instance, of the new release, after its agent was killed before that was well', async () => {
    const good = publish(1, 'overlap');
    await startWith(good);
    const next = publish(2, 'overlap', { config: { healthyAfter: 20, intervalMs: 100 } });
    region.setGoal({ deployment: 2, generation: 20, base: good, next });
    await until(
      () => instances().length === 2,
      () => 'it did not start',
    );
    await host.kill();
    expect(await ask(servedPort())).toBe('checkout@1');
    host.start({ env });
    await region.untilSettles(next, 20);
    await untilOneRuns();
    expect(await ask(servedPort())).toBe('checkout@2');
  });

  it('has one instance, the one that took over, after its agent was killed while the old one was drained', async () => {
    const drain: ReleaseConfig['run']['drain'] = { command: null, delayMs: 2_000, timeoutMs: 1_000 };
    const good = publish(1, 'overlap', { run: { drain } });
    await startWith(good);
    const next = publish(2, 'overlap', { run: { drain } });
    region.setGoal({ deployment: 2, generation: 20, base: good, next });
    await journalled((event) => event.type === 'instanceStarted' && event.instance.release === next.digest);
    expect(ports()).toMatchObject({ serving: [{}], draining: [{}] });
    const taken = ports().serving[0]!.instance;
    await host.kill();
    host.start({ env });
    await region.untilSettles(next, 20);
    await untilOneRuns();
    expect(ports().serving[0]!.instance).toBe(taken);
    expect(await ask(servedPort())).toBe('checkout@2');
  });
});

it('a service may go from each way of changing over to each other, and leaves no port behind on which nobody answers', async () => {
  const modes: RestartMode[] = [
    'stop-first',
    'socket',
    'overlap',
    'overlap',
    'socket',
    'stop-first',
    'overlap',
    'stop-first',
  ];
  let base: TestRelease | null = null;
  const used = new Set<number>();
  host.start({ env });
  for (const [index, mode] of modes.entries()) {
    const next = publish(index + 1, mode);
    region.setGoal({ deployment: index + 1, generation: 10 * index + 10, base, next });
    await region.untilSettles(next, 10 * index + 10);
    region.setGoal({ deployment: index + 1, generation: 10 * index + 11, base: next, step: 'finish' });
    await region.untilSettles(next, 10 * index + 11);
    await untilOneRuns();
    expect(await ask(servedPort())).toBe(`checkout@${index + 1}`);
    used.add(servedPort());
    const left = [...used].filter((port) => port !== servedPort());
    expect(await Promise.all(left.map(ask))).toEqual(left.map(() => null));
    base = next;
  }
});
