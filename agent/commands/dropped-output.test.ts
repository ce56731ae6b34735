import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canMount, mebibyte, openSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';

let region: TestRegion;
let host: TestHost;
let disk: SmallDisk;

/** Prints a little all the time. */
const server = `
import http from 'node:http';
setInterval(() => console.log('x'.repeat(1_000)), 5);
http.createServer((request, response) => response.end()).listen(process.env.PORT);
`;

beforeEach(async () => {
  region = await startTestRegion();
  disk = openSmallDisk('size=40m');
  host = await openTestHost(region, disk.folder);
});
afterEach(async () => {
  await host.destroy();
  disk.close();
  await region.gateway.goDown();
});

async function untilStatus(matches: RegExp): Promise<void> {
  let shown = '';
  await until(
    async () => matches.test((shown = (await host.command(['status'])).stdout)),
    () => `status says ${matches.source}: ${shown}`,
  );
}
const untilLogged = (message: string, times = 1) =>
  until(
    () => host.output().split(`"msg":"${message}"`).length - 1 === times,
    () => `"${message}" ${times} times: ${host.output()}`,
  );

(canMount ? describe : describe.skip)('output for which a disk has no room', () => {
  it('is told by status and by the log of the agent, as long as it is so and after it', async () => {
    const release = region.publish({ number: 1, files: { 'server.mjs': server } });
    region.setGoal({ deployment: 1, generation: 10, base: release });
    host.start({ env: { SLIPWAY_RESERVE_BYTES: String(4 * mebibyte) } });
    await region.gateway.untilReport(({ services: [service] }) => service?.health === 'healthy', 'that it is healthy');
    expect((await host.command(['status'])).stdout).not.toContain('output');
    const filling = disk.fillUp(2 * mebibyte);
    await untilStatus(
      /^ {2}output {4}of the last \d+ s was not kept, as less than 4 MiB of its disk are free; \d+ KiB/m,
    );
    await untilLogged('output is not kept');
    await host.kill();
    await untilStatus(/was not kept/);
    host.start({ env: { SLIPWAY_RESERVE_BYTES: String(4 * mebibyte) } });
    await untilLogged('output is not kept', 2);
    rmSync(filling);
    await untilStatus(/^ {2}output {4}is kept again; \d+ KiB were dropped$/m);
    await untilLogged('output is kept again');
  });
});
