import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceName, type ServiceName } from '../../domain/names.ts';
import { freePort } from '../../infra/local/free-port.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';
import { digestName } from '../agent-directory.ts';
import { canMount, mebibyte, openSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';

const search = serviceName('search');
let region: TestRegion;
let host: TestHost;
let disk: SmallDisk;

async function useDisk(options: string): Promise<void> {
  disk = openSmallDisk(options);
  host = await openTestHost(region, disk.folder);
  const port = await freePort();
  host.start({ env: { SLIPWAY_RESERVE_BYTES: String(mebibyte), SLIPWAY_INSTANCE_PORTS: `${port}-${port + 9}` } });
}

beforeEach(async () => {
  region = await startTestRegion();
});
afterEach(async () => {
  await host.destroy();
  disk.close();
  await region.gateway.goDown();
});

const publish = (service: ServiceName, number: number, sizeBytes: number): TestRelease =>
  region.publish({ service, number, files: { 'large.bin': Buffer.alloc(sizeBytes, `${service}@${number} `) } });

async function untilSays(what: string, holds: (said: ServiceReport) => boolean): Promise<ServiceReport> {
  const { services } = await region.gateway.untilReport(({ services }) => services.some(holds), what);
  return services.find(holds)!;
}

/** One goal after the other, as a deployment that comes to its end. */
async function advance(base: TestRelease | null, next: TestRelease): Promise<void> {
  const { service, number } = next;
  region.setGoal({ service, deployment: number, generation: 10 * number, base, next });
  await region.untilRuns(next, 10 * number);
}
async function finish(base: TestRelease): Promise<void> {
  const { service, number } = base;
  region.setGoal({ service, deployment: number, generation: 10 * number + 1, base, step: 'finish' });
  await region.untilRuns(base, 10 * number + 1);
}

const onDisk = (service: ServiceName): readonly string[] => readdirSync(host.directory.service(service).releases);
const untilKept = (releases: readonly TestRelease[]): Promise<void> => {
  const wanted = releases.map(({ digest }) => digestName(digest)).sort();
  const kept = (): readonly string[] => onDisk(releases[0]!.service).toSorted();
  return until(
    () => kept().join() === wanted.join(),
    () => `kept: ${kept().join()}`,
  );
};
const isRecorded = ({ service, digest }: TestRelease): boolean =>
  host.journal().some((event) => event.type === 'fetched' && event.service === service && event.release === digest);

(canMount ? describe : describe.skip)('a small disk', () => {
  it('of which two services want more at once than there is serves one, tells the other why it waits, and serves that one when there is space', async () => {
    await useDisk('size=80m');
    const sizeBytes = 16 * mebibyte;
    const [ones, twos, threes] = [sizeBytes, mebibyte, sizeBytes].map((bytes, index) =>
      [checkout, search].map((service) => publish(service, index + 1, bytes)),
    ) as [TestRelease[], TestRelease[], TestRelease[]];
    for (const index of [0, 1]) {
      await advance(null, ones[index]!);
      await advance(ones[index]!, twos[index]!);
      await finish(twos[index]!);
    }
    disk.fillUp(24 * mebibyte);
    const held: (() => void)[] = [];
    region.gateway.interfere = (request, response) => {
      const content = threes
        .flatMap(({ chunks }) => [...chunks])
        .find(([digest]) => request.url?.endsWith(digest))?.[1];
      if (held.length > 0 || content?.length !== sizeBytes) return false;
      held.push(() => response.end(content));
      return true;
    };
    // Each fits, and what one was promised the other can't have, although nothing of it was written yet.
    for (const [index, next] of threes.entries())
      region.setGoal({ service: next.service, deployment: 3, generation: 30, base: twos[index]!, next });
    const needed = 'disk full: space for the release needed: 33 MiB and a reserve of 1 MiB';
    const waiting = await untilSays(`with "${needed}"`, ({ reason }) => reason?.includes(needed) ?? false);
    const [late, early] = waiting.service === checkout ? threes : threes.toReversed();
    const lateBefore = twos.find(({ service }) => service === late!.service)!;
    expect([isRecorded(late!), isRecorded(early!), waiting.running]).toEqual([false, false, lateBefore.digest]);

    held[0]!();
    await region.untilRuns(early!, 30);
    expect([isRecorded(late!), existsSync(host.directory.service(late!.service).release(late!.digest).root)]).toEqual([
      false,
      false,
    ]);
    // Its release before the last one goes, and with it what filled the disk.
    await finish(early!);
    await region.untilRuns(late!, 30);
    await finish(late!);
    for (const index of [0, 1]) await untilKept([twos[index]!, threes[index]!]);
    const { stdout, exitCode } = await host.command(['verify', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data.releases).toHaveLength(4);
  });

  it('that holds three releases takes thirty, one after the other, and keeps the last two', async () => {
    await useDisk('size=26m');
    const releases = Array.from({ length: 30 }, (_, index) => publish(checkout, index + 1, 6 * mebibyte));
    for (const [index, next] of releases.entries()) {
      const before = releases[index - 1] ?? null;
      await advance(before, next);
      await finish(next);
      await untilKept([next, ...(before === null ? [] : [before])]);
    }
    expect(host.output()).not.toContain('disk full');
    expect(releases.every(isRecorded)).toBe(true);
    const { stdout, exitCode } = await host.command(['verify', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).data.releases).toHaveLength(2);
  });
});
