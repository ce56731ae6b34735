import { readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { within } from '../../test/slowness.ts';
import { findMarked, identify, isAlive } from '../process-identity.ts';
import { canMount, mebibyte, openSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { withoutNetwork } from '../testing/without-network.ts';

let region: TestRegion;
let host: TestHost;
let disk: SmallDisk;
let first: TestRelease;

const onSmallDisk = canMount ? describe : describe.skip;

async function useDisk(options: string): Promise<void> {
  disk = openSmallDisk(options);
  host = await openTestHost(region, disk.folder);
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start({ env: { SLIPWAY_RESERVE_BYTES: String(mebibyte) } });
  await region.untilRuns(first, 10);
}

beforeEach(async () => {
  region = await startTestRegion();
  first = region.publish({ number: 1 });
});
afterEach(async () => {
  await host.destroy();
  disk.close();
  await region.gateway.goDown();
});

const untilReason = (part: string) =>
  region.gateway.untilReport(({ services: [service] }) => service?.reason?.includes(part) ?? false, `with "${part}"`);

onSmallDisk('a full disk', () => {
  it('fails the fetch only, says so, and the fetch is made when there is space', async () => {
    await useDisk('size=40m');
    const large = region.publish({ number: 2, files: { 'large.bin': Buffer.alloc(8 * mebibyte, 3) } });
    const filling = disk.fillUp(4 * mebibyte);
    region.setGoal({ deployment: 2, generation: 20, base: first, next: large });
    await untilReason('disk full: space for the release needed: 9 MiB and a reserve of 1 MiB');
    expect(await host.ask('release')).toBe('checkout@1');
    rmSync(filling);
    await region.untilRuns(large, 20);
    expect(host.starts()).toHaveLength(2);
  });

  it('that others fill in the middle of a fetch fails it too, and nothing of it stays', async () => {
    await useDisk('size=40m');
    const content = Buffer.alloc(8 * mebibyte, 3);
    const large = region.publish({ number: 2, files: { 'large.bin': content } });
    let filling = '';
    region.gateway.interfere = (request, response) => {
      if (filling !== '' || !request.url?.includes('/chunks/') || request.headers.range !== undefined) return false;
      if (
        ![...large.chunks].some(([digest, bytes]) => bytes.length === content.length && request.url?.endsWith(digest))
      )
        return false;
      response.write(content.subarray(0, 2 * mebibyte), () => {
        filling = disk.fillUp(0);
        response.end(content.subarray(2 * mebibyte));
      });
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: first, next: large });
    // … while fetching, or, where that was not said before the next try, that space for it is needed.
    await untilReason('disk full');
    expect(filling).not.toBe('');
    expect(await host.ask('release')).toBe('checkout@1');
    await until(
      () => readdirSync(host.directory.service(checkout).staging).length === 0,
      () => 'the staging folder holds something',
    );
    rmSync(filling);
    await region.untilRuns(large, 20);
  });

  it('does not keep a host from going back', async () => {
    await useDisk('size=40m');
    const bad = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: bad });
    await region.untilRuns(bad, 20);
    disk.fillUp(0);
    region.setGoal({ deployment: 2, generation: 21, base: first, next: bad, mode: 'undo' });
    await region.untilRuns(first, 21);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('without a single inode does not keep a host from going back either', async () => {
    await useDisk('size=40m,nr_inodes=200');
    const bad = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: bad });
    await region.untilRuns(bad, 20);
    disk.takeInodes();
    region.setGoal({ deployment: 2, generation: 21, base: first, next: bad, mode: 'undo' });
    await region.untilRuns(first, 21);
    expect(await host.ask('release')).toBe('checkout@1');
    // Nor the next agent from finding all of it.
    await host.kill();
    host.start();
    await region.untilRuns(first, 21);
    expect(host.starts()).toHaveLength(3);
  });

  it.each([
    ['with its agent', 'size=40m'],
    ['without an agent', 'size=40m'],
    ['with its agent, nor do inodes', 'size=40m,nr_inodes=200'],
    ['without an agent, nor do inodes', 'size=40m,nr_inodes=200'],
  ])("does not keep its operator's rollback back, %s", async (agent, options) => {
    await useDisk(options);
    const bad = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: bad });
    await region.untilRuns(bad, 20);
    if (agent.startsWith('without')) await host.kill();
    if (agent.endsWith('inodes')) disk.takeInodes();
    else disk.fillUp(0);
    const { stdout, exitCode, tookMs } = await host.command(['rollback']);
    expect(stdout).toContain('done: checkout@1 runs and is healthy');
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(within(10_000, { otherwiseMs: 20_000 }));
    expect(agent.endsWith('inodes') ? disk.freeInodes() < 5 : disk.freeBytes() < 5 * mebibyte).toBe(true);
  });

  (withoutNetwork ? it : it.skip)(
    'does not keep it back either where nothing else is left: no inode, no network, a goal that has expired, every program dead',
    async () => {
      await useDisk('size=40m,nr_inodes=200');
      const bad = region.publish({ number: 2 });
      const expiresAtMs = Date.now() + 15_000;
      const expiresAt = new Date(expiresAtMs).toISOString();
      region.setGoal({ deployment: 2, generation: 20, base: first, next: bad, expiresAt });
      await region.untilRuns(bad, 20);
      const instance = Number(await host.ask('pid'));
      await host.kill();
      const [keeper] = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`);
      for (const pid of [keeper!.pid, instance]) process.kill(pid, 'SIGKILL');
      await until(
        () => Date.now() > expiresAtMs && !isAlive(keeper!) && identify(instance) === null,
        () => 'something lives',
      );
      disk.fillUp(0);
      disk.takeInodes();
      const { stdout, exitCode, tookMs } = await host.command(['rollback'], { under: withoutNetwork! });
      expect(stdout).toContain('done: checkout@1 runs and is healthy');
      expect(exitCode).toBe(0);
      expect(tookMs).toBeLessThan(within(10_000, { otherwiseMs: 20_000 }));
    },
  );

  it('without inodes fails the fetch only', async () => {
    await useDisk('size=40m,nr_inodes=120');
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`many/${index}`, String(index)]));
    const many = region.publish({ number: 2, files });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: many });
    await untilReason('disk full: inodes for the release needed');
    expect(await host.ask('release')).toBe('checkout@1');
  });
});
