import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownService } from '../../domain/host/own-service.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';
import { lockHolder } from '../local/lock-holder.ts';
import { linkedRelease } from '../install/installed-release.ts';
import { findMarked, identify, signalProcess } from '../process-identity.ts';
import { buildAgent } from '../testing/build-agent.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { ownFiles } from './own-files.ts';

const killHook = path.join(import.meta.dirname, '..', 'testing', 'kill-at.mjs');

let folder: string;
let file: string;
let text: string;
let region: TestRegion;
let host: TestHost;
let checkout: TestRelease;
let first: TestRelease;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-own-'));
  file = buildAgent(folder);
  text = readFileSync(file, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A host on which a service runs, and the agent from its first release. */
beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region, undefined, file);
  checkout = region.publish({ number: 1 });
  first = publish(1);
  region.setGoal({ deployment: 1, generation: 10, base: checkout });
  region.setGoal({ service: ownService, deployment: 1, generation: 10, base: first });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** `does` is what the file does first when it is run as the agent, `first` whatever it is run as. */
const publish = (number: number, does = '', startPeriodMs = 20_000, first = ''): TestRelease =>
  region.publish({
    service: ownService,
    number,
    files: {
      'slipway-agent': `${text.replace('\n', `\n${first}\nif (process.argv[2] === 'run') { ${does} }\n`)}// ${number}\n`,
    },
    config: { process: true, startPeriodMs, intervalMs: 100, healthyAfter: 2 },
  });

/** As one that is left behind by a change of what identities look like on disk. */
const unreadable = (): TestRelease =>
  region.publish({
    service: ownService,
    number: 2,
    files: { 'slipway-agent': text.replaceAll('slipway.identity/1', 'slipway.identity/0') },
    config: { process: true, intervalMs: 100 },
  });

const own = (services: readonly ServiceReport[]): ServiceReport | undefined =>
  services.find(({ service }) => service === ownService);

const untilOwn = async (holds: (own: ServiceReport) => boolean, what: string): Promise<ServiceReport> => {
  const { services } = await region.gateway.untilReport(({ services }) => {
    const report = own(services);
    return report !== undefined && holds(report);
  }, what);
  return own(services)!;
};
const untilRuns = (release: TestRelease, generation: number): Promise<ServiceReport> =>
  untilOwn(
    (report) =>
      report.running === release.digest &&
      report.generation === generation &&
      report.health === 'healthy' &&
      report.state !== 'switching',
    `that the agent is ${release.number} by goal ${generation}`,
  );
const untilReverted = (bad: TestRelease, to = first): Promise<ServiceReport> =>
  untilOwn(
    (report) =>
      report.state === 'reverted' &&
      report.running === to.digest &&
      report.health === 'healthy' &&
      report.refused.some(({ digest }) => digest === bad.digest),
    `that the agent is back on ${to.number}`,
  );
const advance = (next: TestRelease, generation = 20): unknown =>
  region.setGoal({ service: ownService, deployment: 2, generation, base: first, next });

/** That the trial is over, and the launcher has not gone back. */
async function untilConfirmed(next: TestRelease): Promise<void> {
  const { trial, goneBack } = ownFiles(host.directory);
  await until(
    () => !existsSync(trial),
    () => 'it is on trial',
  );
  expect(existsSync(goneBack)).toBe(false);
  expect(await linkedRelease(host.directory.service(ownService).current)).toBe(next.digest);
}

/** The file that the process runs which holds the agent's lock. */
const agentProgram = (): string =>
  readFileSync(`/proc/${lockHolder(host.directory)!.pid}/cmdline`, 'utf8')
    .split('\0')
    .find((each) => each.endsWith('slipway-agent'))!;
const keeperProgram = (): string | undefined => {
  const [keeper] = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/checkout`);
  const argv = keeper && readFileSync(`/proc/${keeper.pid}/cmdline`, 'utf8').split('\0');
  return argv?.find((each) => each.endsWith('slipway-agent'));
};
const treeOf = ({ digest }: TestRelease): string =>
  path.join(host.directory.service(ownService).release(digest).tree, 'slipway-agent');

async function startOnFirst(): Promise<string> {
  host.start({ launched: true });
  await untilRuns(first, 10);
  const pid = await host.ask('pid');
  return pid!;
}
const expectUntouched = async (pid: string): Promise<void> => {
  expect(await host.ask('pid')).toBe(pid);
  expect(host.starts()).toHaveLength(1);
};

describe('a host on which install.sh has put an agent', () => {
  it('takes up its first release, and runs from it', async () => {
    const pid = await startOnFirst();
    expect(agentProgram()).toBe(treeOf(first));
    expect(await linkedRelease(host.directory.service(ownService).current)).toBe(first.digest);
    await expectUntouched(pid);
  });

  it('says why it stays as it is where nobody would start the next agent', async () => {
    host.start();
    const { reason } = await untilOwn((report) => report.reason !== null, 'why it does not switch');
    expect(reason).toMatch(/not started by launch-agent/);
    expect(existsSync(host.directory.service(ownService).current)).toBe(false);
  });
});

describe('slipway-agent rollback slipway-agent', () => {
  let next: TestRelease;
  beforeEach(async () => {
    next = publish(2);
    await startOnFirst();
    advance(next);
    await untilRuns(next, 20);
  });
  const expectBack = async (pid: string): Promise<void> => {
    const result = await host.command(['rollback', ownService]);
    expect(result.stdout + result.stderr).toContain('done: slipway-agent@1 runs and is healthy');
    expect(result.exitCode).toBe(0);
    expect(agentProgram()).toBe(treeOf(first));
    await expectUntouched(pid);
  };

  it('goes back with the gateway away, and stays until unpin', async () => {
    const pid = (await host.ask('pid'))!;
    await region.gateway.goDown();
    await expectBack(pid);
    await region.gateway.comeUp();
    await untilOwn((report) => report.pinned && report.running === first.digest, 'that it is pinned');
    expect(await host.command(['unpin', ownService])).toMatchObject({ exitCode: 0 });
    await untilRuns(next, 20);
    await expectUntouched(pid);
  });

  it('goes back from an agent that is frozen, with the gateway away', async () => {
    const pid = (await host.ask('pid'))!;
    await region.gateway.goDown();
    signalProcess(lockHolder(host.directory)!, 'SIGSTOP');
    await expectBack(pid);
    await region.gateway.comeUp();
  });

  it('goes back with agent and launcher dead, as soon as they are started', async () => {
    const pid = (await host.ask('pid'))!;
    await region.gateway.goDown();
    await host.kill();
    const result = await host.command(['rollback', ownService, '--timeout', '15'], { installed: true });
    expect(result.exitCode).toBe(7);
    expect(await linkedRelease(host.directory.service(ownService).current)).toBe(first.digest);
    host.start({ launched: true });
    await until(
      () => lockHolder(host.directory) !== null,
      () => 'no agent',
    );
    await expectBack(pid);
    await region.gateway.comeUp();
  });
});

it('takes the place of an agent that is frozen and outlived its launcher', async () => {
  const pid = await startOnFirst();
  const frozen = lockHolder(host.directory)!;
  signalProcess(frozen, 'SIGSTOP');
  host.agent().kill('SIGKILL');
  host.start({ launched: true });
  await until(
    () => identify(frozen.pid) === null && lockHolder(host.directory) !== null,
    () => host.output(),
  );
  await expectUntouched(pid);
});

describe('a new agent', () => {
  it('takes over, is confirmed when its gateway has heard it, and touches nothing that runs', async () => {
    const pid = await startOnFirst();
    const before = lockHolder(host.directory)!.pid;
    const next = publish(2);
    advance(next);
    const { instance, trace } = await untilRuns(next, 20);
    expect(agentProgram()).toBe(treeOf(next));
    expect(instance?.pid).toBe(lockHolder(host.directory)!.pid);
    expect(identify(before)).toBeNull();
    expect(trace).not.toBeNull();
    await untilConfirmed(next);
    await expectUntouched(pid);
  });

  it('takes up keepers as they are; each makes room for one of the new agent when its instance ends', async () => {
    await startOnFirst();
    const next = publish(2);
    advance(next);
    await untilRuns(next, 20);
    // Begun by the file that install.sh has put there, before there was any release.
    expect(keeperProgram()).toBe(file);
    process.kill(Number(await host.ask('pid')), 'SIGKILL');
    await until(
      () => host.starts().length === 2 && keeperProgram() === treeOf(next),
      () => `its keeper runs ${keeperProgram()}`,
    );
    await host.untilAnswers('release', 'checkout@1');
  });

  it.each([
    ['crashes when it starts', 'process.exit(1);', /it ended 3 times/],
    ['is no program', '}} syntax {{', /self-test failed/],
    ['can not read what this host remembers', '', /self-test failed: .*no identity of a host/],
    ['can not keep an instance', '', /self-test failed: its keeper ended \(9\)/],
    ['can not reach its gateway', "process.env.SLIPWAY_GATEWAY_URL = 'https://127.0.0.1:9';", /taken no report/],
  ])('that %s is left for the one before, and refused', async (how, does, reason) => {
    const pid = await startOnFirst();
    const bad = how.startsWith('can not read')
      ? unreadable()
      : how.startsWith('can not keep')
        ? publish(2, '', 4_000, "if (process.argv[2] === 'keeper') process.exit(9);")
        : publish(2, does, 4_000);
    advance(bad);
    const { refused } = await untilReverted(bad);
    expect(refused[0]?.reason).toMatch(reason);
    expect(agentProgram()).toBe(treeOf(first));
    await expectUntouched(pid);
  });

  it('that could not be checked for want of something of the host is not refused, and is tried again', async () => {
    const pid = await startOnFirst();
    const lacking = path.join(host.directory.root, 'lacking');
    writeFileSync(lacking, '');
    // As a torn file of the identity, which no agent can use, and which none has to.
    writeFileSync(path.join(host.directory.identity, 'former.json'), '{"format":"slipway.id');
    const next = publish(
      2,
      '',
      20_000,
      `if (process.argv[2] === 'self-test' && (await import('node:fs')).existsSync('${lacking}')) throw new Error('EMFILE: too many open files');`,
    );
    advance(next);
    const { refused } = await untilOwn(
      ({ reason }) => /could not be checked: its self-test failed/.test(reason ?? ''),
      'that it could not be checked',
    );
    expect(refused).toEqual([]);
    expect(agentProgram()).toBe(treeOf(first));
    rmSync(lacking);
    await untilRuns(next, 20);
    await expectUntouched(pid);
  });

  it('that hangs is ended by the launcher, left and refused', async () => {
    const pid = await startOnFirst();
    const bad = publish(2, 'for (;;);', 1_000);
    advance(bad);
    await until(
      () => host.output().includes('goes back from slipway-agent'),
      () => host.output(),
    );
    const { refused } = await untilReverted(bad);
    expect(refused[0]?.reason).toMatch(/was not confirmed within/);
    await expectUntouched(pid);
  });
});

describe('promise 3, for the agent itself: whatever is killed, one whole agent comes back', () => {
  const hook = (step: string): string => `file://${killHook}?${encodeURIComponent(step)}`;
  const killed = (): string => path.join(folder, `killed-${path.basename(path.dirname(host.directory.root))}`);
  /** Everything of the host goes down at the step, but what its keepers hold. */
  const goDownAt = async (): Promise<void> => {
    await until(
      () => existsSync(killed()),
      () => 'no process was killed',
    );
    await host.kill();
    host.start({ launched: true });
  };

  it.each([
    'rename:trial',
    'journal:switchIntended',
    'rename:current',
    'journal:switched',
    'journal:instanceStarted',
    'journal:confirmed',
  ])('killed with its launcher after %s, it gets to the new one', async (step) => {
    const pid = await startOnFirst();
    await host.kill();
    const next = publish(2);
    advance(next);
    host.start({ launched: true, env: { NODE_OPTIONS: `--import ${hook(step)}`, SLIPWAY_TEST_KILLED: killed() } });
    await goDownAt();
    await untilRuns(next, 20);
    expect(agentProgram()).toBe(treeOf(next));
    await untilConfirmed(next);
    await expectUntouched(pid);
  });

  it.each(['journal:switchIntended', 'rename:current', 'journal:switched'])(
    'killed with its launcher on its way back after %s, it gets to the one before',
    async (step) => {
      const pid = await startOnFirst();
      await host.kill();
      const bad = publish(
        2,
        `process.env.SLIPWAY_GATEWAY_URL = 'https://127.0.0.1:9'; await import('${hook(step)}');`,
        1_000,
      );
      advance(bad);
      host.start({ launched: true, env: { SLIPWAY_TEST_KILLED: killed() } });
      await goDownAt();
      await untilReverted(bad);
      await expectUntouched(pid);
    },
  );

  it('keeps what the launcher said it went back from until an agent has remembered it', async () => {
    const pid = await startOnFirst();
    const bad = publish(2, 'process.exit(1);');
    advance(bad);
    await until(
      () => host.output().includes('goes back from slipway-agent'),
      () => host.output(),
    );
    await host.kill();
    host.start({ launched: true });
    const { refused } = await untilReverted(bad);
    expect(refused).toHaveLength(1);
    await expectUntouched(pid);
  });
});
