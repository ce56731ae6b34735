import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { within } from '../../test/slowness.ts';
import { findMarked, identify, isAlive } from '../process-identity.ts';
import { openTestHost, until, type CommandOptions, type CommandResult, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { withoutNetwork } from '../testing/without-network.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  second = region.publish({ number: 2 });
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start();
  await region.untilRuns(first, 10);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

async function bringSecond(expiresAt?: string): Promise<void> {
  region.setGoal({ deployment: 2, generation: 20, base: first, next: second, ...(expiresAt && { expiresAt }) });
  await region.untilRuns(second, 20);
}
async function finishSecond(): Promise<void> {
  region.setGoal({ deployment: 2, generation: 21, base: second, step: 'finish' });
  await region.untilRuns(second, 21);
  await until(
    () => host.journal().some(({ type }) => type === 'previousMoved'),
    () => 'previous was not moved',
  );
}

/** Went back, said so truly, and in time. */
async function expectRolledBack(command: Promise<CommandResult>): Promise<CommandResult> {
  const result = await command;
  expect(result.stderr + result.stdout).toContain('done: checkout@1 runs and is healthy');
  expect(result.exitCode).toBe(0);
  expect(result.tookMs).toBeLessThan(within(10_000, { otherwiseMs: 20_000 }));
  return result;
}
const rollback = (options?: CommandOptions) => host.command(['rollback'], options);
const killKeeper = async (): Promise<void> => {
  const [keeper] = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`);
  process.kill(keeper!.pid, 'SIGKILL');
  await until(
    () => !isAlive(keeper!),
    () => 'the keeper lives',
  );
};

describe('slipway-agent rollback', () => {
  it('goes back through the running agent, stays over new goals until unpin, and is reported as pinned', async () => {
    await bringSecond();
    await expectRolledBack(rollback());
    expect(await host.ask('release')).toBe('checkout@1');
    const third = region.publish({ number: 3 });
    region.setGoal({ deployment: 3, generation: 30, base: first, next: third });
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.generation === 30,
      'of the new goal',
    );
    expect(services[0]).toMatchObject({ pinned: true, state: 'pinned', running: first.digest });
    await host.kill();
    const before = region.gateway.reports.length;
    host.start();
    await until(
      () => region.gateway.reports.length > before,
      () => 'no report of the fresh agent',
    );
    await region.untilRuns(first, 30);
    const unpinned = await host.command(['unpin', 'checkout']);
    expect(unpinned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('no longer pinned to checkout@1') });
    await region.untilRuns(third, 30);
  });

  it('goes to the release before when nothing is on its way, and pressed twice goes back once', async () => {
    await bringSecond();
    await finishSecond();
    await expectRolledBack(rollback());
    const again = await expectRolledBack(rollback());
    expect(again.stderr).toContain('is already pinned to checkout@1');
    expect(host.starts()).toHaveLength(3);
  });

  it('is refused with its reason where nothing ran before, and changes nothing', async () => {
    const refused = await rollback();
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toContain('nothing was changed: no other release ran here before');
    await host.kill();
    expect(await rollback()).toMatchObject({ exitCode: 3 });
    expect(host.journal().some(({ type }) => type === 'pinned')).toBe(false);
    expect(host.starts()).toHaveLength(1);
  });

  it('says plainly when what it went back to is not healthy, and with --json as data', async () => {
    await bringSecond();
    writeFileSync(host.data('crash'), 'checkout@1');
    const result = await host.command(['rollback', '--json']);
    expect(result).toMatchObject({ exitCode: 6, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      schema: 'slipway-agent.rollback/v1',
      data: { service: 'checkout', release: { name: 'checkout@1' }, result: 'unhealthy', reason: 'exited with code 7' },
    });
  });

  it('says plainly when it was not seen healthy in time', async () => {
    await bringSecond();
    await host.kill();
    writeFileSync(host.data('health'), '500');
    const result = await host.command(['rollback', '--timeout', '7']);
    expect(result).toMatchObject({ exitCode: 7, stdout: expect.stringMatching(/^NOT OVER: .*answered 500/) });
    expect(await host.ask('release')).toBe('checkout@1');
  });
});

describe('slipway-agent rollback works', () => {
  it('with the agent dead, and leaves keeper and instance behind, which the next agent takes up', async () => {
    await bringSecond();
    await host.kill();
    await expectRolledBack(rollback());
    const pid = await host.ask('pid');
    expect(identify(Number(pid))).not.toBeNull();
    host.start();
    await region.untilRuns(first, 20);
    expect(await host.ask('pid')).toBe(pid);
    expect(host.starts()).toHaveLength(3);
  });

  it('with every program dead', async () => {
    await bringSecond();
    await host.kill();
    await killKeeper();
    process.kill(Number(await host.ask('pid')), 'SIGKILL');
    await expectRolledBack(rollback());
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('with the keeper dead and the agent alive', async () => {
    await bringSecond();
    await killKeeper();
    await expectRolledBack(rollback());
  });

  it('with a frozen agent, which it ends', async () => {
    await bringSecond();
    const agent = host.agent();
    agent.kill('SIGSTOP');
    const { stderr } = await expectRolledBack(rollback());
    expect(stderr).toContain('the agent was frozen and was ended');
    await host.ended();
    expect(agent.signalCode).toBe('SIGKILL');
  });

  it('with an agent killed in the middle of the switch', async () => {
    await host.kill();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    host.start({ killAt: 'journal:switched' });
    await host.ended();
    await expectRolledBack(rollback());
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('with the gateway gone and the goal expired', async () => {
    // A host takes up no goal that has expired: long enough for that.
    const expiresAtMs = Date.now() + 15_000;
    await bringSecond(new Date(expiresAtMs).toISOString());
    await region.gateway.goDown();
    await until(
      () => Date.now() > expiresAtMs && host.output().includes('the gateway was not reached'),
      () => 'it does not know that it is alone',
    );
    await expectRolledBack(rollback());
  });

  it.each([-400, 400])('with a clock that is %d days wrong', async (days) => {
    await bringSecond();
    await host.kill();
    const clock = path.join(import.meta.dirname, '../testing/wrong-clock.mjs');
    await expectRolledBack(rollback({ hooks: [`file://${clock}?${days}`] }));
  });

  it('with its memory lost', async () => {
    await bringSecond();
    await finishSecond();
    await host.kill();
    writeFileSync(host.directory.journal, '');
    await expectRolledBack(rollback());
    expect(readFileSync(host.directory.journal, 'utf8')).toContain('"type":"pinned"');
  });
});

(withoutNetwork ? it : it.skip)('slipway-agent rollback works on a machine without any network', async () => {
  await bringSecond();
  await host.kill();
  await killKeeper();
  process.kill(Number(await host.ask('pid')), 'SIGKILL');
  await expectRolledBack(rollback({ under: withoutNetwork! }));
  expect(host.starts().at(-1)).toMatch(/^checkout@1 /);
});
