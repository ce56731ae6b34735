import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease, TestReleaseInput } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let good: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  good = region.publish({ number: 1 });
  region.setGoal({ deployment: 1, generation: 10, base: good });
  host.start();
  await region.untilRuns(good, 10);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const untilReverted = (reason: string) =>
  region.gateway.untilReport(({ services: [service] }) => {
    const refused = service?.refused.some((refusal) => refusal.reason.includes(reason)) ?? false;
    return refused && service?.state === 'reverted' && service.running === good.digest && service.health === 'healthy';
  }, `that it reverted: ${reason}`);

describe('a host reverts by itself', () => {
  it.each<[string, Omit<TestReleaseInput, 'number'>, string]>([
    ['is unhealthy', { health: 500, config: { startPeriodMs: 3_000 } }, '/healthz answered 500'],
    ['ends at its start', { ends: 3 }, 'exited with code 3'],
    [
      'listens to nobody',
      { files: { 'server.mjs': 'setInterval(() => {}, 1000);' }, config: { startPeriodMs: 300 } },
      'nothing listens on its port',
    ],
    [
      'never answers',
      {
        files: { 'server.mjs': 'import net from "node:net"; net.createServer().listen(process.env.PORT);' },
        config: { startPeriodMs: 3_000, timeoutMs: 100 },
      },
      'did not answer within 100 ms',
    ],
    [
      'has a command that does not exist',
      { command: ['./no-such-program'] },
      "./no-such-program can't be run (ENOENT)",
    ],
  ])('from a release that %s', async (_what, input, reason) => {
    const bad = region.publish({ number: 2, ...input });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    const { services } = await untilReverted(reason);
    expect(services[0]).toMatchObject({
      refused: [{ deployment: 2, digest: bad.digest }],
      attempt: { deployment: 2, local: 0 },
    });
    expect(services[0]!.reason).toContain(reason);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('from a release that loses its health later in the same attempt, and keeps one that finished', async () => {
    const fading = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: fading });
    await region.untilRuns(fading, 20);
    writeFileSync(host.data('health'), '503');
    await until(
      () => host.journal().some((event) => event.type === 'switchIntended' && event.kind === 'revert'),
      () => 'no revert',
    );
    rmSync(host.data('health'));
    await untilReverted('/healthz answered 503');

    region.setGoal({ deployment: 3, generation: 30, base: good, next: fading });
    await region.untilRuns(fading, 30);
    region.setGoal({ deployment: 3, generation: 31, base: fading, step: 'finish' });
    await region.untilRuns(fading, 31);
    writeFileSync(host.data('health'), '503');
    await region.gateway.untilReport(
      ({ services: [service] }) => service?.health === 'unhealthy',
      'that it is unhealthy',
    );
    expect(await host.ask('release')).toBe('checkout@2');
  });

  it('from a release that ends again and again after it was healthy', async () => {
    const crashing = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: crashing });
    await region.untilRuns(crashing, 20);
    writeFileSync(host.data('crash'), 'checkout@2');
    await untilReverted('ended 3 times');
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('and tries the same release again in a higher deployment, not before', async () => {
    const bad = region.publish({ number: 2, ends: 3 });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    await untilReverted('exited with code 3');
    await host.kill();
    host.start();
    region.setGoal({ deployment: 2, generation: 21, base: good, next: bad });
    await region.untilRuns(good, 21);
    const tries = (): number => host.starts().filter((start) => start.startsWith('checkout@2')).length;
    expect(tries()).toBe(1);
    region.setGoal({ deployment: 3, generation: 30, base: good, next: bad });
    await until(
      () => tries() === 2,
      () => 'it was not tried again',
    );
    await untilReverted('exited with code 3');
    expect(tries()).toBe(2);
  });

  it('and stops where nothing ran before', async () => {
    const other = await openTestHost(region);
    try {
      const bad = region.publish({ number: 2, health: 500, config: { startPeriodMs: 200 } });
      region.setGoal({ deployment: 2, generation: 20, base: null, next: bad });
      await host.kill();
      other.start();
      await region.gateway.untilReport(
        ({ services: [service] }) =>
          service?.state === 'reverted' && service.running === null && service.health === 'stopped',
        'that it stopped',
      );
      expect(await other.ask('release')).toBeNull();
    } finally {
      await other.destroy();
    }
  });
});

describe('without the control plane', () => {
  it("promise 4: a host's rollback needs only its own disk", async () => {
    const bad = region.publish({ number: 2, health: 500, config: { startPeriodMs: 3_000 } });
    region.setGoal({ deployment: 2, generation: 20, base: good, next: bad });
    await until(
      () => host.journal().some((event) => event.type === 'switched' && event.to === bad.digest),
      () => 'no switch',
    );
    await region.gateway.goDown();
    await until(
      () => host.starts().some((start) => start.startsWith('checkout@2')),
      () => 'it did not start',
    );
    await host.untilAnswers('release', 'checkout@1');
    await region.gateway.comeUp();
    await untilReverted('answered 500');
    expect(host.starts()).toHaveLength(3);
  });

  it('promise 14: hosts keep running what they run', async () => {
    await region.gateway.goDown();
    const pid = await host.ask('pid');
    await host.kill();
    host.start();
    await until(
      () => host.output().split('"msg":"the gateway was not reached"').length > 3,
      () => 'the agent did not try',
    );
    expect(await host.ask('pid')).toBe(pid);
    writeFileSync(host.data('crash'), '');
    await until(
      async () => (await host.ask('pid')) === null,
      () => 'it did not crash',
    );
    rmSync(host.data('crash'));
    await host.untilAnswers('release', 'checkout@1');
    await region.gateway.comeUp();
    await region.untilRuns(good, 10);
    expect(host.starts()).toHaveLength(2);
  });
});
