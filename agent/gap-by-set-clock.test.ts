import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openClocks, type HostClocks } from '../test/crash/harm/clocks.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, testHost, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

const hourMs = 3_600_000;
/** Far more than the change takes, and far less than the clock is set by. */
const mostMs = 120_000;

let region: TestRegion;
let host: TestHost;
let clocks: HostClocks;
let next: TestRelease;

/** Ends when it may, after it was asked to. */
const reluctant = `
import fs from 'node:fs';
import http from 'node:http';
const state = process.env.STATE_DIRECTORY;
http.createServer((request, response) => response.end()).listen(Number(process.env.PORT));
process.on('SIGTERM', () => {
  fs.writeFileSync(state + '/asked', '');
  setInterval(() => fs.existsSync(state + '/may-end') && process.exit(0), 10);
});
`;

/** A host that is about to change over from one that ends when it may to one that is well when it may. */
beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  clocks = openClocks(path.join(host.directory.root, '..', 'clocks'), [testHost]);
  const { args, env } = clocks.of(testHost);
  const run = { stop: { signal: 'SIGTERM', graceMs: 60_000 } } as const;
  const first = region.publish({ number: 1, files: { 'server.mjs': reluctant }, run });
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start({ env: { ...env, NODE_OPTIONS: args.join(' ') } });
  await region.untilSettles(first, 10);
  next = region.publish({ number: 2, health: 500, config: { startPeriodMs: 60_000 } });
  region.setGoal({ deployment: 2, generation: 20, base: first, next });
  await until(
    () => existsSync(host.data('asked')),
    () => 'it was not asked to end',
  );
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const letEnd = (): void => writeFileSync(host.data('may-end'), '');
const letBeWell = (): void => writeFileSync(host.data('health'), '200');

async function toldGapMs(): Promise<number> {
  const { services } = await region.untilSettles(next, 20);
  return services[0]!.switchGapMs!;
}

it.each([
  ['ahead', hourMs],
  ['back', -hourMs],
])(
  'a clock that is set %s while the instance before ends does not change how long nobody answered',
  async (_, byMs) => {
    clocks.step(testHost, byMs);
    letEnd();
    letBeWell();
    const gapMs = await toldGapMs();
    expect(gapMs).toBeGreaterThan(0);
    expect(gapMs).toBeLessThan(mostMs);
  },
);

it.each([
  ['ahead', hourMs],
  ['back', -hourMs],
])('a clock that is set %s while the next one comes up does not change how long nobody answered', async (_, byMs) => {
  letEnd();
  await host.untilAnswers('release', 'checkout@2');
  clocks.step(testHost, byMs);
  letBeWell();
  const gapMs = await toldGapMs();
  expect(gapMs).toBeGreaterThan(0);
  expect(gapMs).toBeLessThan(mostMs);
});
