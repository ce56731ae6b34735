import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSwitchablePort, type SwitchablePort } from '../../test/switchable-port.ts';
import { within } from '../../test/slowness.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { backoffMs } from './backoff.ts';

let region: TestRegion;
let link: SwitchablePort;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  link = await openSwitchablePort({ host: '127.0.0.1', port: Number(new URL(region.gateway.url).port) });
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  second = region.publish({ number: 2 });
});
afterEach(async () => {
  await host.destroy();
  await link.down();
  await region.gateway.goDown();
});

/** It runs the first release, and all that is under way is the poll that waits. */
async function untilAtRest(reportEveryMs: number): Promise<void> {
  region.gateway.reportEveryMs = reportEveryMs;
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start({ env: { SLIPWAY_GATEWAY_URL: `https://127.0.0.1:${link.port}` } });
  await region.gateway.untilReport(
    ({ services: [service] }) => service?.running === first.digest && service.state === 'healthy',
    'that it runs',
  );
  if (reportEveryMs > 10_000)
    await until(
      () => region.gateway.heldPolls === 1 && link.connections() === 1,
      () => 'it does more than to wait for a goal',
    );
}

/** How long an answer is waited for that is due at once, and a poll's when it was to be answered. */
const graceMs = 10_000;
/** For a machine with much else to do. */
const slackMs = within(3_000, { otherwiseMs: 30_000 });

test.each([
  // Polls of a host that is asked for few reports are held for 0.95 of their interval at most.
  ['says with its polls how it stands', 12_000, 0.95 * 12_000, '/v1/poll was not answered in time'],
  ['reports apart from its polls', 1_000, 1_000, 'the connection was given up'],
])(
  'a host that %s gives up a poll over which nothing comes any more, and is served again',
  async (_how, reportEveryMs, dueMs, reason) => {
    await untilAtRest(reportEveryMs);
    link.silence();
    await link.up();
    const healedAt = performance.now();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await until(
      () => host.output().includes(`"reason":"${reason}"`),
      () => `the poll is not given up\n${host.output()}`,
      120_000,
    );
    const gaveUpMs = performance.now() - healedAt;
    expect(gaveUpMs).toBeLessThan(dueMs + graceMs + slackMs);
    await region.gateway.untilReport(({ services: [service] }) => service?.generation === 20, 'of the new goal');
    const returnMs = backoffMs({ failures: 1, reportEveryMs, retryAfterMs: 0, random: 1 });
    expect(performance.now() - healedAt).toBeLessThan(gaveUpMs + returnMs + slackMs);
    await host.untilAnswers('release', 'checkout@2');
  },
);
