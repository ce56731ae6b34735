/** What a real instance prints, at the command line of somebody elsewhere. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openRegionStack, type RegionStack } from './region-stack.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';
import { within } from '../slowness.ts';

let stack: RegionStack;
beforeAll(async () => {
  stack = await openRegionStack();
  const deployment = await stack.merge('good day');
  await stack.untilDeployment(deployment, ({ outcome }) => outcome === 'succeeded');
  await until('the region tells of itself', patienceMs, async () => {
    const { services } = await stack.mo.call('showRegion', { path: { region: 'us-east' } });
    return services.some(({ hosts }) => hosts !== null && hosts.healthy > 0) || undefined;
  });
});
afterAll(() => stack.close());

test('a line that an instance prints is at the terminal within two seconds, and Ctrl-C ends it', async () => {
  const followed = stack.slipway('logs', 'checkout', '--region', 'us-east', '--host', 'us-east-2', '--follow');
  let [stdout, stderr] = ['', ''];
  followed.stdout!.on('data', (text: Buffer) => (stdout += text.toString()));
  followed.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
  const lines = (): number => stdout.split('\n').length - 1;
  const untilMoreThan = (before: number) =>
    until('a line is there', patienceMs, () => lines() > before || undefined).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${stdout}\n${stderr}`);
    });
  await stack.ask('us-east-2');
  await untilMoreThan(0);
  const tookMs: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = lines();
    const askedAt = performance.now();
    await stack.ask('us-east-2');
    await untilMoreThan(before);
    tookMs.push(performance.now() - askedAt);
  }
  expect(Math.max(...tookMs)).toBeLessThan(within(2_000, { otherwiseMs: 5_000 }));
  expect(stdout).toMatch(/^(good day to node\n)+$/);
  const closed = once(followed, 'close') as Promise<[number]>;
  followed.kill('SIGINT');
  expect((await closed)[0]).toBe(130);
});
