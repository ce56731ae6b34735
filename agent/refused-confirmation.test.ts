import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  // It is on trial until it is let be well.
  second = region.publish({ number: 2, health: 503, config: { startPeriodMs: 120_000 } });
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start();
  await region.untilRuns(first, 10);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** Refuses all that the host asks, from now on; answers how much that was. */
function refuseAll(status: number): () => number {
  let refused = 0;
  region.gateway.interfere = (_request, response) => {
    refused += 1;
    response.writeHead(status, { 'retry-after': '1' }).end();
    return true;
  };
  return () => refused;
}

const confirmed = (): boolean => host.journal().filter(({ type }) => type === 'confirmed').length === 2;

it.each([429, 503])(
  'a release is confirmed by its health alone, though the gateway answers %d to everything meanwhile',
  async (status) => {
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await host.untilAnswers('release', 'checkout@2');
    const refused = refuseAll(status);
    await until(
      () => refused() >= 2,
      () => `nothing was asked\n${host.output()}`,
    );
    expect(confirmed()).toBe(false);
    writeFileSync(host.data('health'), '200');
    const before = refused();
    await until(
      () => confirmed() && refused() > before,
      () => `it is not confirmed\n${host.output()}`,
    );
    expect(await host.ask('release')).toBe('checkout@2');
    expect(host.starts().map((start) => start.split(' ')[0])).toEqual(['checkout@1', 'checkout@2']);
    region.gateway.interfere = null;
    const { services } = await region.untilRuns(second, 20);
    expect(services[0]).toMatchObject({ refused: [], reason: null });
  },
);
