import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { failingReads, type FailingReads } from './testing/failing-reads.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let reads: FailingReads;
let release: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  reads = failingReads(path.dirname(host.directory.root));
  release = region.publish({ number: 1 });
  region.setGoal({ deployment: 1, generation: 10, base: release });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const waits = 'the agent waits for what it could not read';
const untilMet = (times: number): Promise<void> =>
  until(
    () => reads.met() >= times,
    () => host.output(),
  );

describe('what an agent could not read when it started', () => {
  it('of its memory is left as it was, told once, and waited for', async () => {
    host.start();
    await region.untilSettles(release, 10);
    const next = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: release, next });
    await region.untilSettles(next, 20);
    expect(await host.command(['rollback', 'checkout'])).toMatchObject({ exitCode: 0 });
    await host.kill();
    const before = host.journal().length;

    reads.fail('ENFILE', 'floors.json');
    host.start({ env: reads.env });
    const agent = host.agent();
    // Two copies at each try.
    await untilMet(12);
    expect(host.output().split(waits)).toHaveLength(2);
    expect(host.output()).toContain('the memory could not be read');
    expect(host.journal()).toHaveLength(before);

    reads.heal();
    await region.gateway.untilReport(
      ({ services: [service] }) => service?.pinned === true && service.running === release.digest,
      'that it is still pinned',
    );
    expect(host.output()).not.toContain('the memory was damaged');
    expect(agent.exitCode).toBeNull();
  });

  it.each([
    ['of its journal', 'journal.ndjson'],
    ['of the root document', 'root.json'],
  ])('%s is waited for', async (_what, file) => {
    host.start();
    await region.untilSettles(release, 10);
    await host.kill();
    reads.fail('EIO', `agent/state/${file}`);
    if (file === 'root.json') rmSync(host.directory.pinnedRoot);
    host.start({ env: reads.env });
    await untilMet(4);
    expect(host.agent().exitCode).toBeNull();
    reads.heal();
    region.setGoal({ deployment: 1, generation: 20, base: release });
    await region.untilSettles(release, 20);
  });

  it('is no longer waited for by an agent that is asked to end', async () => {
    host.start();
    await region.untilSettles(release, 10);
    await host.kill();
    reads.fail('EIO', 'floors.json');
    host.start({ env: reads.env });
    await untilMet(4);
    host.agent().kill('SIGTERM');
    await host.ended();
    expect(host.agent().exitCode).toBe(0);
  });

  it('of its identity is told, and it speaks as soon as it can be read', async () => {
    reads.fail('EIO', 'identity/host.json');
    host.start({ env: reads.env });
    await until(
      () => host.output().includes('the identity could not be read, and is tried again'),
      () => host.output(),
    );
    expect(host.output()).not.toContain('this host has no certificate');
    reads.heal();
    await region.untilSettles(release, 10);
  });
});
