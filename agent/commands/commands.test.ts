import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { lockAgentDirectory } from '../only-agent.ts';
import { delegateGroup, removeGroup, whyNoGroups } from '../testing/kernel-groups.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { parseEnvironment } from './environment-file.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start();
  await region.gateway.untilReport(({ services: [service] }) => service?.health === 'healthy', 'that it is healthy');
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** Whatever a command shows; which of it, the test knows. */
interface Shown {
  readonly schema: string;
  readonly data: {
    readonly goals: readonly { readonly verified: boolean }[];
    readonly releases: readonly unknown[];
    readonly lines: readonly string[];
    readonly findings: readonly { readonly name: string; readonly ok: boolean }[];
  };
}

const json = async (...args: string[]) => {
  const { exitCode, stdout, stderr } = await host.command([...args, '--json']);
  return { exitCode, stderr, ...((stdout === '' ? {} : JSON.parse(stdout)) as Shown) };
};
const tree = (file: string): string => path.join(host.directory.service(checkout).release(first.digest).tree, file);
function spoil(file: string, change: (file: string) => void): void {
  chmodSync(path.dirname(file), 0o755);
  change(file);
}

describe.each(['runs', 'is not running'])('on a host whose agent %s', (agent) => {
  beforeEach(async () => {
    if (agent === 'is not running') await host.kill();
  });

  it('status says what runs, how healthy it is, and by which goal', async () => {
    const { exitCode, schema, data } = await json('status');
    expect({ exitCode, schema }).toEqual({ exitCode: 0, schema: 'slipway-agent.status/v1' });
    expect(data).toMatchObject({
      host: 'eu-west-1',
      agent: { is: agent, pid: agent === 'runs' ? host.agent().pid : null },
      services: [
        {
          service: 'checkout',
          running: { name: 'checkout@1', digest: first.digest },
          health: 'healthy',
          pin: null,
          goal: { generation: 10, base: 'checkout@1', next: null },
          goalAgeMs: expect.any(Number),
        },
      ],
    });
    const { stdout } = await host.command(['status']);
    expect(stdout).toContain(`the agent ${agent}`);
    expect(stdout).toMatch(/^checkout {2}checkout@1 {2}healthy, /m);
  });

  it('goal shows what was signed and that the signature holds, and tells a forged one', async () => {
    const { exitCode, data } = await json('goal');
    expect(exitCode).toBe(0);
    expect(data.goals).toMatchObject([
      { service: 'checkout', verified: true, reason: null, goal: { format: 'slipway.goal/1', generation: 10 } },
    ]);
    const file = host.directory.service(checkout).goal;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { goal: { payload: string } };
    const payload = Buffer.from(kept.goal.payload, 'base64')
      .toString('utf8')
      .replace('"generation":10', '"generation":11');
    writeFileSync(
      file,
      JSON.stringify({ ...kept, goal: { ...kept.goal, payload: Buffer.from(payload).toString('base64') } }),
    );
    const forged = await json('goal', 'checkout');
    expect(forged.exitCode).toBe(1);
    expect(forged.data.goals[0]).toMatchObject({ verified: false, reason: expect.stringContaining('not signed by') });
  });

  it('verify reads every byte again, and names what is wrong and what was never listed', async () => {
    expect(await host.command(['verify'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ok {5}checkout@1 {2}3 files/),
    });
    spoil(tree('server.mjs'), (file) => {
      chmodSync(file, 0o644);
      appendFileSync(file, '// more');
    });
    spoil(tree('assets/number.txt'), (file) => rmSync(file));
    spoil(tree('planted'), (file) => writeFileSync(file, ''));
    const { exitCode, data } = await json('verify');
    expect(exitCode).toBe(1);
    expect(data.releases).toMatchObject([
      { wrong: ['assets/number.txt', 'server.mjs'], strays: ['planted'], problem: null },
    ]);
    const config = path.join(host.directory.service(checkout).release(first.digest).documents, 'config');
    writeFileSync(config, '{}');
    expect((await json('verify')).data.releases).toMatchObject([
      { problem: expect.stringContaining('config differs from the signed digest') },
    ]);
  });

  it('logs gives the last lines, and goes on with -f', async () => {
    const log = path.join(host.directory.service(checkout).logs, 'instance.log');
    await until(
      () => statSync(log, { throwIfNoEntry: false })?.size !== undefined,
      () => 'it wrote nothing',
    );
    appendFileSync(log, 'one\ntwo\n');
    expect((await host.command(['logs', '-n', '2'])).stdout).toBe('one\ntwo\n');
    expect((await json('logs', '--lines', '1')).data.lines).toEqual(['two']);
  });

  it('doctor says of each thing whether it is well', async () => {
    const { exitCode, data } = await json('doctor');
    const found = Object.fromEntries(data.findings.map(({ name, ok }) => [name, ok]));
    expect(found).toMatchObject({
      settings: true,
      node: true,
      folder: true,
      inodes: true,
      root: true,
      certificate: true,
      gateway: true,
      clock: true,
      agent: agent === 'runs',
      'keeper of checkout': true,
    });
    expect(exitCode).toBe(data.findings.every(({ ok }) => ok) ? 0 : 1);
  });
});

test('logs -f follows what is written, over a rotation', async () => {
  const log = path.join(host.directory.service(checkout).logs, 'instance.log');
  writeFileSync(log, 'old\n');
  const file = path.join(import.meta.dirname, '..', 'slipway-agent.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, 'logs', '-f', '-n', '1'], {
    env: {
      PATH: process.env['PATH'],
      SLIPWAY_HOST: 'eu-west-1',
      SLIPWAY_AGENT_DIRECTORY: host.directory.root,
      SLIPWAY_INSTANCE_PORTS: '1-1',
    },
  });
  let seen = '';
  child.stdout.on('data', (text: Buffer) => (seen += text.toString()));
  const untilSeen = (text: string, nudge = '') =>
    until(
      () => {
        appendFileSync(log, nudge);
        return seen.replaceAll('.\n', '') === text;
      },
      () => `saw ${JSON.stringify(seen)}`,
    );
  await untilSeen('old\n');
  appendFileSync(log, 'new\n');
  // Until it has begun to watch, a change goes unseen.
  await untilSeen('old\nnew\n', '.\n');
  appendFileSync(log, 'last of this file\n');
  renameSync(log, `${log}.1`);
  writeFileSync(log, 'next file\n');
  await untilSeen('old\nnew\nlast of this file\nnext file\n', '.\n');
  child.kill();
  await once(child, 'exit');
  expect(seen).toMatch(/^old\n/);
});

describe('doctor', () => {
  it('really tries the groups that the host was left: by its agent, or itself where none answers that was', async () => {
    const delegated = path.join(path.dirname(host.directory.root), 'group');
    mkdirSync(delegated);
    writeFileSync(path.join(delegated, 'cgroup.procs'), '');
    const env = { SLIPWAY_CGROUP: delegated };
    await host.kill();
    host.start({ env });
    await until(
      async () => (await host.command(['status'])).stdout.includes('the agent runs'),
      () => host.output(),
    );
    const tried = await host.command(['doctor'], { env });
    expect(tried.stdout).toContain(
      `ok   cgroup: instances get groups of their own in ${delegated}, which hold run.limits\n`,
    );
    rmSync(path.join(delegated, 'cgroup.procs'));
    const gone = await host.command(['doctor'], { env });
    expect(gone.stdout).toContain(
      `FAIL cgroup: ${delegated} is no cgroup v2, or is gone. Services start without groups`,
    );
    const other = await host.command(['doctor'], { env: { SLIPWAY_CGROUP: '/no/such/group' } });
    expect(other.stdout).toMatch(/^FAIL cgroup: .*tried from here/m);
  });

  (whyNoGroups() === null ? it : it.skip)('leaves nothing of what it tried in a group of the kernel', async () => {
    const delegated = delegateGroup();
    try {
      const { stdout } = await host.command(['doctor'], { env: { SLIPWAY_CGROUP: delegated } });
      // Which controllers this machine has differs.
      expect(stdout).toMatch(/^(ok   cgroup: instances get groups|FAIL cgroup: .*is given no controller)/m);
      const left = readdirSync(delegated, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      expect(left).toEqual([]);
      expect(readFileSync(path.join(delegated, 'cgroup.subtree_control'), 'utf8').trim()).toBe('');
    } finally {
      await removeGroup(delegated);
    }
  });

  it('tells a gateway that is gone, a root that is damaged, and settings that are wrong, each with what to do', async () => {
    await region.gateway.goDown();
    writeFileSync(host.directory.pinnedRoot, '{');
    writeFileSync(host.directory.pinnedRootCopy, '{');
    const { exitCode, stdout } = await host.command(['doctor'], { env: { SLIPWAY_REGION: 'EU' } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^FAIL settings: SLIPWAY_REGION is "EU".*agent\.env/m);
    expect(stdout).toMatch(/^FAIL root: .*is malformed.*Restore/m);
    const gateway = await host.command(['doctor']);
    expect(gateway.stdout).toMatch(/^FAIL gateway: .*does not answer: ECONNREFUSED.*a rollback works/m);
    await region.gateway.comeUp();
  });

  it('tells any key that can not be read and keeps the agent silent, also a newer one than is in use', async () => {
    const next = path.join(host.directory.identity, 'next.json');
    // No name may be so long, which says nothing of what it was.
    symlinkSync('x'.repeat(300), next);
    const { stdout } = await host.command(['doctor']);
    expect(stdout).toMatch(/^FAIL certificate: could not be read: ENAMETOOLONG.*next\.json/m);
  });

  it('looks at each of several gateways, and at the clock of one that answers', async () => {
    const { url } = region.gateway;
    const env = { SLIPWAY_GATEWAY_URL: `https://127.0.0.1:1,${url}` };
    const { exitCode, stdout } = await host.command(['doctor'], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^FAIL gateway: https:\/\/127.0.0.1:1\/ does not answer.*The agent uses another/m);
    expect(stdout).toMatch(new RegExp(`^ok {3}gateway: ${url}/ answers`, 'm'));
    expect(stdout).toMatch(/^ok {3}clock/m);
  });

  it('tells a clock that is far from the gateway’s', async () => {
    const clock = path.join(import.meta.dirname, '../testing/wrong-clock.mjs');
    const { stdout } = await host.command(['doctor'], { hooks: [`file://${clock}?2`] });
    expect(stdout).toMatch(/^FAIL clock: \d (h|d) ahead of the gateway/m);
  });
});

describe('a command', () => {
  test.each<[string, string[], number, string]>([
    ['that does not exist', ['rolback'], 2, 'there is no verb "rolback"'],
    ['without a verb', [], 2, 'a verb is missing'],
    ['with an unknown flag', ['status', '--jsn'], 2, "Unknown option '--jsn'"],
    ['with two services', ['rollback', 'a', 'b'], 2, 'rollback takes one service'],
    ['with no service name', ['rollback', '../x'], 2, '"../x" is no service name'],
    ['with a service that is not here', ['rollback', 'cart'], 8, 'this host has no service cart; it has: checkout'],
    ['with no number of lines', ['logs', '-n', 'many'], 2, '--lines is "many"'],
  ])('%s ends with its code, a reason on stderr and nothing on stdout', async (_what, args, code, reason) => {
    const { exitCode, stdout, stderr } = await host.command(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('that fails with --json leaves stdout empty and a problem on stderr', async () => {
    const { exitCode, stderr } = await json('rollback');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ title: 'refused', detail: expect.stringContaining('no other release') });
  });

  it('stops nothing while the agent runs, and everything when it has ended', async () => {
    expect(await host.command(['stop'])).toMatchObject({ exitCode: 3 });
    await host.kill();
    expect(await host.command(['stop'])).toMatchObject({ exitCode: 0 });
    expect(await host.ask('pid')).toBeNull();
    (await lockAgentDirectory(host.directory)).release();
  });
});

test('the file of the agent’s unit is read as systemd reads it', () => {
  const text = '# comment\n; too\nA=1\n B = no\nC="with spaces"\nD=\'x\'\nE=a=b\n\nF=\n';
  expect(parseEnvironment(text)).toEqual({ A: '1', C: 'with spaces', D: 'x', E: 'a=b', F: '' });
});
