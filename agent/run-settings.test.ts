import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunConfig } from '../domain/spec/service-spec.ts';
import { identify } from './process-identity.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease, TestReleaseInput } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

/** Writes down what it finds, and how it is asked to end. */
const server = `
import fs from 'node:fs';
import http from 'node:http';
const at = (file) => process.env.STATE_DIRECTORY + '/' + file;
fs.writeFileSync(at('made'), '');
const openFiles = /^Max open files +(\\d+) +(\\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'utf8'));
fs.writeFileSync(at('found.new'), JSON.stringify({
  cwd: process.cwd(), uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), files: openFiles.slice(1, 3),
  mark: process.env.SLIPWAY_INSTANCE,
}));
fs.renameSync(at('found.new'), at('found'));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => { fs.appendFileSync(at('signals'), signal + '\\n'); if (!fs.existsSync(at('deaf'))) process.exit(0); });
http.createServer((request, response) => response.end(process.env.SLIPWAY_RELEASE)).listen(process.env.PORT);
`;
const publish = (number: number, run: Partial<RunConfig> = {}, config: TestReleaseInput['config'] = {}): TestRelease =>
  region.publish({
    number,
    files: { 'app/server.mjs': server },
    command: [process.execPath, 'app/server.mjs'],
    run,
    config,
  });
interface Found {
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly files: readonly string[];
}
const found = (): Found => JSON.parse(readFileSync(host.data('found'), 'utf8')) as Found;
async function startWith(release: TestRelease, env: Readonly<Record<string, string>> = {}): Promise<void> {
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start({ env });
  await region.untilSettles(release, 10);
}
const bring = (base: TestRelease, next: TestRelease) => region.setGoal({ deployment: 2, generation: 20, base, next });

describe('an instance', () => {
  it('starts in its folder, with its rights and limits', async () => {
    const command = [process.execPath, 'server.mjs'];
    await startWith(publish(1, { command, umask: '027', workingDirectory: 'app', limits: { files: 128 } }));
    expect(found()).toMatchObject({ files: ['128', '128'] });
    expect(found().cwd.endsWith('/tree/app')).toBe(true);
    expect(statSync(host.data('made')).mode & 0o777).toBe(0o640);
  });

  it('is asked to end by its signal, and killed when its grace is over', async () => {
    const first = publish(1, { stop: { signal: 'SIGINT', graceMs: 2_000 } });
    await startWith(first);
    writeFileSync(host.data('deaf'), '');
    const pid = (await region.gateway.untilReport(() => true, 'any')).services[0]!.instance!.pid;
    const next = publish(2);
    bring(first, next);
    await region.untilSettles(next, 20);
    expect(identify(pid)).toBeNull();
    expect(readFileSync(host.data('signals'), 'utf8')).toBe('SIGINT\n');
    expect(host.output()).not.toContain('could not be');
  });

  it('is drained before it is asked to end, in its own release, and a hook that fails stops nothing', async () => {
    const script =
      'echo "$PORT $SLIPWAY_RELEASE $(cat "$STATE_DIRECTORY/signals" 2>&1 | wc -l)" >> "$STATE_DIRECTORY/drained"; exit 4';
    const drain = { command: ['/bin/sh', '-c', script], delayMs: 0, timeoutMs: 5_000 };
    const first = publish(1, { drain });
    await startWith(first);
    const next = publish(2);
    bring(first, next);
    await region.untilSettles(next, 20);
    expect(readFileSync(host.data('drained'), 'utf8')).toMatch(/^\d+ checkout@1 \d\n$/);
    expect(host.output()).toContain('a drain command failed');
  });
});

const asRoot = userInfo().uid === 0;

describe('an account', () => {
  (asRoot ? it : it.skip)(
    'is taken by the instance, with none of the rights of the agent, and owns its folder',
    async () => {
      // The folder that a test makes lets nobody else in, unlike the one above an agent's.
      chmodSync(path.dirname(host.directory.root), 0o711);
      // It checks again while the test reads.
      const check = ['/bin/sh', '-c', 'cd "$STATE_DIRECTORY" && id -u > checked.new && mv checked.new checked'];
      await startWith(publish(1, { user: 'nobody' }, { command: check }));
      // Its check says nothing of the server, which may have just been started.
      await until(
        () => existsSync(host.data('found')),
        () => 'the instance says what it found',
      );
      expect(Number(readFileSync(host.data('checked'), 'utf8'))).toBe(found().uid);
      const { uid, gid, groups } = found();
      expect(uid).toBeGreaterThan(0);
      expect(groups.filter((group) => group !== gid)).toEqual([]);
      expect(statSync(host.data('.')).uid).toBe(uid);
      for (const secret of ['state', 'identity'])
        expect(statSync(path.join(host.directory.root, secret)).mode & 0o077).toBe(0);
    },
  );

  it('that is not there is no fault of the release, and what runs runs on until it is', async () => {
    const first = publish(1);
    await startWith(first);
    const pid = await host.ask('pid');
    const next = publish(2, { user: 'no-such-account' });
    bring(first, next);
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.reason?.includes('run.user is no-such-account') ?? false,
      'that it says why',
    );
    expect(services[0]).toMatchObject({ running: first.digest, refused: [], health: 'healthy' });
    expect(await host.ask('pid')).toBe(pid);
    region.setGoal({ deployment: 2, generation: 21, base: first, next, mode: 'undo' });
    await region.untilSettles(first, 21);
    expect(host.journal().filter(({ type }) => type === 'instanceStarted')).toHaveLength(1);
  });
});

/** Where this machine has a cgroup v2 that may be written; which controllers it has differs. */
const cgroup = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((folder) =>
  existsSync(path.join(folder, 'cgroup.subtree_control')),
);

describe('limits that only the kernel can hold', () => {
  it('are never ignored: a host without them says so, and what runs runs on', async () => {
    const first = publish(1);
    await startWith(first);
    bring(first, publish(2, { limits: { memoryBytes: 100_000_000 } }));
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.reason?.includes('run.limits.memory needs a cgroup v2') ?? false,
      'that it says why',
    );
    expect(services[0]).toMatchObject({ running: first.digest, refused: [], health: 'healthy' });
  });

  (asRoot && cgroup !== undefined ? it : it.skip)(
    'an instance with a group of its own leaves nothing behind, not even what hides',
    async () => {
      const delegated = path.join(cgroup!, `slipway-test-${process.pid}`);
      mkdirSync(delegated);
      const hides = `
      import { spawn } from 'node:child_process'; import fs from 'node:fs'; import http from 'node:http';
      const child = spawn('/bin/sleep', ['600'], { env: {}, stdio: 'ignore', detached: true });
      fs.writeFileSync(process.env.STATE_DIRECTORY + '/hidden', String(child.pid));
      http.createServer((request, response) => response.end()).listen(process.env.PORT);`;
      try {
        const first = region.publish({ number: 1, files: { 'server.mjs': hides } });
        await startWith(first, { SLIPWAY_CGROUP: delegated });
        const hidden = Number(readFileSync(host.data('hidden'), 'utf8'));
        expect(identify(hidden)).not.toBeNull();
        expect(readFileSync(`/proc/${hidden}/cgroup`, 'utf8')).toContain(
          `slipway-test-${process.pid}/slipway-${host.directory.mark}/checkout`,
        );
        const next = publish(2);
        bring(first, next);
        await region.untilSettles(next, 20);
        await until(
          () => identify(hidden) === null,
          () => 'it lives on',
        );
      } finally {
        await host.destroy();
        const parent = path.join(delegated, `slipway-${host.directory.mark}`);
        for (const folder of [path.join(parent, 'checkout'), parent, delegated])
          await until(
            () => removed(folder),
            () => `${folder} is busy`,
          );
      }
    },
  );
});

describe('a group that a host can not put instances into', () => {
  /** Stands for one: into the file of the instance's group nothing can be written, as where the kernel forbids it. */
  function closedGroup(): string {
    const delegated = path.join(path.dirname(host.directory.root), 'group');
    const group = path.join(delegated, `slipway-${host.directory.mark}`, 'checkout');
    mkdirSync(path.join(group, 'cgroup.procs'), { recursive: true });
    writeFileSync(path.join(delegated, 'cgroup.procs'), '');
    return delegated;
  }

  it('is done without by what needs none: it starts, which is told once', async () => {
    const first = publish(1);
    await startWith(first, { SLIPWAY_CGROUP: closedGroup() });
    const next = publish(2);
    bring(first, next);
    await region.untilSettles(next, 20);
    expect(host.output().match(/instances start without a group/g)).toHaveLength(1);
  });

  it('is no fault of a release that has to be held by one: what runs runs on, and says why', async () => {
    const first = publish(1);
    await startWith(first, { SLIPWAY_CGROUP: closedGroup() });
    bring(first, publish(2, { limits: { processes: 50 } }));
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.reason?.includes("run.limits.processes can't be held in") ?? false,
      'that it says why',
    );
    expect(services[0]).toMatchObject({ running: first.digest, refused: [], health: 'healthy' });
  });

  it('keeps no agent from its work where it is gone, as after a boot', async () => {
    const first = publish(1);
    await startWith(first, { SLIPWAY_CGROUP: '/sys/fs/cgroup/no/such/group' });
    expect(existsSync('/sys/fs/cgroup/no')).toBe(false);
  });
});

/** A group can be removed once the kernel has seen the last process out. */
function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}
