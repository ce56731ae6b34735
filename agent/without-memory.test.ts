import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { importing } from '../test/imported-module.ts';
import { openTestHost, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import { handedServer } from './testing/handed-server.ts';
import type { TestRelease } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
/** While it is there, the agent has no memory to start a program with. */
let lacking: string;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  lacking = path.join(host.directory.root, 'lacking');
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

async function startWith(release: TestRelease): Promise<void> {
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start({ env: importing('without-memory.mjs', lacking) });
  await region.untilSettles(release, 10);
}

it('a host without memory for the command that asks does not know, blames nobody, and its agent lives', async () => {
  // Not healthy before it has noted its start, which is counted below.
  const checked = region.publish({ number: 1, config: { command: ['test', '-s', host.data('starts')] } });
  await startWith(checked);
  writeFileSync(lacking, '');
  const { services } = await region.gateway.untilReport(
    ({ services: [service] }) => service?.health === 'unknown',
    'that nobody knows',
  );
  expect(services[0]).toMatchObject({ running: checked.digest, refused: [] });
  rmSync(lacking);
  await region.untilSettles(checked, 10);
  expect(host.agent().exitCode).toBeNull();
  expect(host.starts()).toHaveLength(1);
});

it('a host without memory for a keeper that is to hold a socket says so, and tries again', async () => {
  const first = region.publish({ number: 1 });
  await startWith(first);
  writeFileSync(lacking, '');
  const files = { 'server.mjs': handedServer };
  const next = region.publish({ number: 2, files, run: { restart: 'socket' } });
  region.setGoal({ deployment: 2, generation: 20, base: first, next });
  const { services } = await region.gateway.untilReport(
    ({ services: [service] }) => service?.reason?.includes('ENOMEM') ?? false,
    'that it has no memory',
  );
  expect(services[0]?.refused).toEqual([]);
  rmSync(lacking);
  await region.untilSettles(next, 20);
  expect(host.agent().exitCode).toBeNull();
});
