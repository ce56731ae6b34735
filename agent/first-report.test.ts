import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceName } from '../domain/names.ts';
import { freePort } from '../infra/local/free-port.ts';
import type { ReportBatch } from '../protocol/gateway.ts';
import { processorWaitMs } from '../test/processor-wait.ts';
import { findMarked, isAlive, signalProcess } from './process-identity.ts';
import { firstPollWithinMs } from './start-agent.ts';
import { stopHost } from './stop-host.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

const services = ['checkout', 'search', 'stock'].map(serviceName);
/** An agent that its launcher has started, as none has here, waits before it asks. */
const promisedMs = 5_000 - firstPollWithinMs;
/** For a processor, which is part of that. What others on the machine make it wait beyond is not: 15 s of 16 s, with twenty on two. */
const usualWaitMs = 1_000;
const instanceTimeoutMs = 1_000;

let region: TestRegion;
let host: TestHost;
let releases: readonly TestRelease[];
let env: Readonly<Record<string, string>>;
/** What all three were heard to run before the agent ended. */
let before: ReportBatch;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  const port = await freePort();
  env = { SLIPWAY_INSTANCE_PORTS: `${port}-${port + 9}` };
  releases = services.map((service) => region.publish({ service, number: 1 }));
  services.forEach((service, index) =>
    region.setGoal({ service, deployment: 1, generation: 10, base: releases[index]! }),
  );
  host.start({ env });
  before = await region.gateway.untilReport(
    ({ services: said }) => said.length === services.length && said.every(({ health }) => health === 'healthy'),
    'that all three are well',
  );
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const instancesIn = (report: ReportBatch) =>
  Object.fromEntries(report.services.map(({ service, instance }) => [service, instance]));

/** From the spawn until its gateway has it, which is shut before: nothing that the agent before has sent comes later. */
async function firstReport(): Promise<{ readonly report: ReportBatch; readonly tookMs: number }> {
  const { gateway } = region;
  await gateway.goDown();
  gateway.reports.length = 0;
  await gateway.comeUp();
  const startedAt = performance.now();
  host.start({ env });
  const report = await gateway.untilReport(() => true, 'at all');
  const tookMs = performance.now() - startedAt;
  const waitedMs = processorWaitMs(host.agent().pid!);
  return { report, tookMs: tookMs - Math.max(0, waitedMs - usualWaitMs) };
}

async function killKeepers(): Promise<void> {
  const keepers = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`);
  expect(keepers).toHaveLength(services.length);
  for (const keeper of keepers) signalProcess(keeper, 'SIGKILL');
  await until(
    () => !keepers.some(isAlive),
    () => 'a keeper lives on',
  );
}

/** As a boot leaves it: no process, nothing on disk that was read since, and what is started is not well for long. */
async function bootAnew(): Promise<void> {
  await stopHost(host.directory.root, instanceTimeoutMs);
  for (const { service, digest } of releases) {
    const directory = host.directory.service(service);
    rmSync(directory.release(digest).checked);
    writeFileSync(path.join(directory.data, 'health'), '503');
  }
}

describe('with three services on its host an agent is heard by its gateway within 5 s of its start', () => {
  it.each([
    ['was asked to end', () => host.kill('SIGTERM')],
    ['was killed', () => host.kill()],
    ['was killed with all its keepers', () => host.kill().then(killKeepers)],
  ])('after one that %s, and says what runs on', async (_how, end) => {
    await end();
    const { report, tookMs } = await firstReport();
    expect(tookMs).toBeLessThan(promisedMs);
    expect(instancesIn(report)).toEqual(instancesIn(before));
  });

  it('after a boot: it says that nothing is well, and starts all three anew', async () => {
    await host.kill();
    await bootAnew();
    const { report, tookMs } = await firstReport();
    expect(tookMs).toBeLessThan(promisedMs);
    expect(Object.keys(instancesIn(report)).toSorted()).toEqual(services);
    expect(report.services.filter(({ health }) => health === 'healthy')).toEqual([]);
    const { services: started } = await region.gateway.untilReport(
      (said) => said.services.every(({ instance }) => instance !== null),
      'that all three run',
    );
    const pids = before.services.map(({ instance }) => instance!.pid);
    expect(started.filter(({ instance }) => pids.includes(instance!.pid))).toEqual([]);
  });
});
