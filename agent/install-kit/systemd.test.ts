import http from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildAgent } from '../testing/build-agent.ts';
import { ownService } from '../../domain/host/own-service.ts';
import { openIdentityFiles } from '../identity/identity-files.ts';
import {
  machineNode,
  openSystemdMachine,
  putFile,
  whyNoMachine,
  type SystemdMachine,
} from '../testing/systemd-machine.ts';
import { until } from '../testing/test-agent.ts';
import { startTestRegion, testHost, testRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { newKeyPair } from '../../test/host-certificates.ts';

const why = whyNoMachine();
if (why !== null && process.env['NO_TEST_SKIPPED'] !== '1') process.stderr.write(`systemd: not tested: ${why}\n`);

test('there is a systemd to test with, where no test may be skipped', () => {
  expect(process.env['NO_TEST_SKIPPED'] === '1' ? why : null).toBeNull();
});

(why === null ? describe : describe.skip)('under a real systemd, the agent that install.sh installed', () => {
  let folder: string;
  let region: TestRegion;
  let machine: SystemdMachine;
  let port: number;
  let release: TestRelease;

  beforeAll(async () => {
    // Not below /tmp: the machine has one of its own.
    folder = mkdtempSync('/var/tmp/slipway-machine-');
    region = await startTestRegion();
    machine = openSystemdMachine(folder);
    port = await freePort();
    release = region.publish({ number: 1, command: [machineNode, 'server.mjs'], config: { intervalMs: 200 } });
    region.setGoal({ deployment: 1, generation: 10, base: release });
    buildAgent(path.join(machine.changed, 'opt/kit'));
    putFile(machine, 'opt/root.json', JSON.stringify(region.trust.root));
    const identity = path.join(machine.changed, 'var/lib/slipway/identity');
    mkdirSync(identity, { recursive: true });
    const pair = newKeyPair();
    const { certificate } = await region.authority.certify(testHost, pair);
    await openIdentityFiles(identity, { host: testHost, region: testRegion }, () => undefined).write('host', {
      key: pair.privateKey,
      certificate,
      token: null,
    });
    await machine.boot();
  });
  afterAll(async () => {
    await machine.destroy();
    await region.gateway.goDown();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Over a connection of its own: one that is kept may just be closing. */
  const ask = (what: 'release' | 'pid'): Promise<string | null> =>
    new Promise((resolve) => {
      const asked = http.get({ host: '127.0.0.1', port, path: `/${what}`, agent: false }, (answer) => {
        text(answer).then(resolve, () => resolve(null));
      });
      asked.on('error', () => resolve(null));
    });
  const answers = (number: number) =>
    until(
      async () => (await ask('release')) === `checkout@${number}`,
      () => `release ${number} answers`,
    );
  const unit = async (property: string) =>
    (await machine.run('systemctl', 'show', '--value', '-p', property, 'slipway-agent')).stdout.trim();
  const isActive = () =>
    until(
      async () => (await unit('ActiveState')) === 'active',
      () => 'the unit is active',
    );
  const install = (...args: readonly string[]) => machine.run('sh', '/opt/kit/install.sh', ...args);
  const agentSays = (...args: readonly string[]) => machine.run(machineNode, '/usr/local/bin/slipway-agent', ...args);
  const saysHealthy = async () => {
    let last = '';
    await until(
      async () => (last = (await agentSays('status')).stdout).includes('healthy'),
      () => `it says that the service is healthy: ${last}`,
    );
  };

  test('starts by itself and brings up what its region wants, as a user of its own that can write nowhere else', async () => {
    const settings = ['--host', testHost, '--region', testRegion, '--gateway', region.gateway.url];
    const rest = ['--root', '/opt/root.json', '--ports', `${port}-${port}`, '--node', machineNode, '--no-start'];
    const first = await install(...settings, ...rest);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('Installed, not started: systemctl start slipway-agent');
    await machine.run('chown', '-R', 'slipway:slipway', '/var/lib/slipway');
    expect(await machine.run('systemctl', 'start', 'slipway-agent')).toMatchObject({ exitCode: 0 });
    await answers(release.number);
    const pid = await ask('pid');
    const owners = await machine.run(
      'sh',
      '-c',
      "ps -eo user:20,args | awk '/server.mjs|slipway-agent/ && !/awk/ {print $1}'",
    );
    expect(new Set(owners.stdout.trim().split('\n'))).toEqual(new Set(['slipway']));
    // The instance lives in what the unit lets it see.
    const write = ['nsenter', '--target', pid!, '--mount', '--', 'touch', '/etc/x', '/usr/x', '/opt/x', '/root/x'];
    expect((await machine.run(...write)).stderr.match(/Read-only file system/g)).toHaveLength(4);
    await saysHealthy();
    expect(await agentSays('doctor')).toMatchObject({ exitCode: 0 });
  });

  test('has a unit that systemd finds nothing wrong with', async () => {
    const file = '/etc/systemd/system/slipway-agent.service';
    const verified = await machine.run('systemd-analyze', 'verify', file);
    expect([
      verified.exitCode,
      verified.stdout,
      verified.stderr.split('\n').filter((line) => line.includes('slipway')),
    ]).toEqual([0, '', []]);
    const exposure = (await machine.run('systemd-analyze', 'security', '--no-pager', 'slipway-agent')).stdout;
    // Of 10, by systemd's own scale, on which less is better.
    expect(Number(/Overall exposure level for slipway-agent.service: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(2.5);
  });

  test('that is killed, restarted, stopped or upgraded leaves the instance as it is, and takes it up again', async () => {
    const instance = await ask('pid');
    expect(instance).not.toBeNull();
    const agents = new Set([await unit('MainPID')]);
    const again = async () => {
      let main = '0';
      await until(
        async () => (main = await unit('MainPID')) !== '0' && !agents.has(main),
        () => `another agent runs: ${main}`,
      );
      agents.add(main);
      await saysHealthy();
      expect(await ask('pid')).toBe(instance);
    };
    await machine.run('systemctl', 'kill', '--signal=KILL', '--kill-who=main', 'slipway-agent');
    await again();
    await machine.run('systemctl', 'restart', 'slipway-agent');
    await again();
    await machine.run('systemctl', 'stop', 'slipway-agent');
    expect(await unit('ActiveState')).toBe('inactive');
    expect(await ask('pid')).toBe(instance);
    await machine.run('systemctl', 'start', 'slipway-agent');
    await again();
    await machine.run('sh', '-c', 'echo "// newer" >> /opt/kit/slipway-agent');
    expect((await install('--node', machineNode)).stdout).toContain('The agent runs the new file');
    await again();
  });

  test('rolls back by its command while the agent is stopped', async () => {
    const next = region.publish({ number: 2, command: [machineNode, 'server.mjs'], config: { intervalMs: 200 } });
    region.setGoal({ deployment: 2, generation: 20, base: release, next });
    await answers(2);
    await saysHealthy();
    await machine.run('systemctl', 'stop', 'slipway-agent');
    const result = await agentSays('rollback', 'checkout');
    expect(result).toMatchObject({ exitCode: 0 });
    await answers(1);
    await machine.run('systemctl', 'start', 'slipway-agent');
    await isActive();
    expect(await ask('release')).toBe('checkout@1');
  });

  test.each([
    ['after a power cut', () => machine.powerOff()],
    ['after an orderly shutdown', () => machine.shutDown()],
  ])('brings its service up by itself %s, with its region out of reach', async (_, end) => {
    await region.gateway.goDown();
    await end();
    expect(await ask('pid')).toBeNull();
    await machine.boot();
    await answers(1);
    await isActive();
    await region.gateway.comeUp();
    await region.gateway.untilReport(
      ({ services }) => services.some(({ health, running }) => health === 'healthy' && running === release.digest),
      'that the service is healthy after the boot',
    );
  });

  /** Ends the instance, for the next one to be started as its host can now. @returns the group of that one */
  const groupOfNext = async () => {
    const before = await ask('pid');
    await machine.run('kill', '-KILL', before!);
    let pid: string | null = null;
    await until(
      async () => (pid = await ask('pid')) !== null && pid !== before,
      () => 'another instance answers',
    );
    return (await machine.run('grep', '^0::', `/proc/${pid}/cgroup`)).stdout.trim();
  };
  const sh = async (script: string) => expect(await machine.run('sh', '-c', script)).toMatchObject({ exitCode: 0 });

  test('starts what needs no group where it was left one that the kernel keeps it out of, and says so', async () => {
    const other = '/sys/fs/cgroup/for-slipway';
    await sh(`mkdir ${other} && chown -R slipway: ${other} && echo SLIPWAY_CGROUP=${other} >> /etc/slipway/agent.env`);
    await sh('systemctl restart slipway-agent');
    await isActive();
    await saysHealthy();
    expect(await groupOfNext()).toBe('0::/system.slice/slipway-agent.service');
    const { exitCode, stdout } = await agentSays('doctor');
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^FAIL cgroup: .*may not be moved into one below/m)]);
    expect(stdout).not.toContain('tried from here');
    await sh("sed -i '/^SLIPWAY_CGROUP=/d' /etc/slipway/agent.env");
  });

  test('finds the group that is left to it where it runs in one below it, and instances enter groups of their own', async () => {
    const group = '/sys/fs/cgroup/system.slice/slipway-agent.service';
    const [own, drop] = [`${group}/slipway-agent`, '/etc/systemd/system/slipway-agent.service.d'];
    const launch = `/bin/sh /usr/local/lib/slipway/launch-agent ${machineNode} /usr/local/bin/slipway-agent`;
    // What DelegateSubgroup= is to do from systemd 254 on; the one that is here does not know it.
    await sh(`echo 'mkdir -p ${own} && echo $$ > ${own}/cgroup.procs && exec ${launch}' > /opt/into-group
      mkdir -p ${drop} && printf '[Service]\\nExecStart=\\nExecStart=/bin/sh /opt/into-group\\n' > ${drop}/group.conf
      systemctl daemon-reload && systemctl restart slipway-agent`);
    await isActive();
    await saysHealthy();
    expect(await groupOfNext()).toMatch(/^0::\/system\.slice\/slipway-agent\.service\/slipway-[^/]+\/checkout$/);
    const doctorOfGroup = async () => /^.*cgroup: .*$/m.exec((await agentSays('doctor')).stdout)?.[0];
    // The keeper is where it was. Once all has ended, as the page on limits says, nothing is in the group itself any more.
    expect(await doctorOfGroup()).toContain(
      `FAIL cgroup: run.limits.memory, cpus, processes can't be held: processes are in`,
    );
    await sh(`systemctl stop slipway-agent && ${machineNode} /usr/local/bin/slipway-agent stop`);
    // A launcher leaves a sleep of some seconds behind.
    await sh(`until [ -z "$(cat ${group}/cgroup.procs)" ]; do sleep 0.1; done; systemctl start slipway-agent`);
    await isActive();
    await saysHealthy();
    // Whether the kernel hands the second version any controllers differs.
    expect(await doctorOfGroup()).toMatch(/^(FAIL cgroup: .*is given no controller|ok   cgroup: instances)/);
    await sh(`rm -r ${drop} && systemctl daemon-reload && systemctl restart slipway-agent`);
    await isActive();
    await saysHealthy();
  });

  test('is replaced by a release of itself, with the unit and the instance as they are', async () => {
    const instance = await ask('pid');
    const main = await unit('MainPID');
    const own = region.publish({
      service: ownService,
      number: 1,
      files: { 'slipway-agent': readFileSync(path.join(machine.changed, 'opt/kit/slipway-agent'), 'utf8') },
      config: { process: true, intervalMs: 200, startPeriodMs: 20_000 },
    });
    region.setGoal({ service: ownService, deployment: 1, generation: 10, base: own });
    await region.gateway.untilReport(
      ({ services }) => services.some(({ running, state }) => running === own.digest && state === 'healthy'),
      'that the agent runs from its release',
    );
    expect(await unit('MainPID')).toBe(main);
    expect(await ask('pid')).toBe(instance);
    expect((await machine.run('sh', '-c', 'ps -eo args')).stdout).toMatch(
      /releases\/[0-9a-f]{64}\/tree\/slipway-agent run/,
    );
    const shown = await agentSays('status', '--json');
    expect(shown.stdout).toContain('slipway-agent@1');
  });

  test('says in its journal what it does, and ends with all that it runs by `slipway-agent stop`', async () => {
    expect((await machine.run('journalctl', '-u', 'slipway-agent', '--no-pager')).stdout).toContain('slipway-agent');
    await machine.run('systemctl', 'disable', '--now', 'slipway-agent');
    expect(await agentSays('stop')).toMatchObject({ exitCode: 0 });
    expect(await ask('pid')).toBeNull();
    expect(readFileSync(path.join(machine.changed, 'etc/slipway/agent.env'), 'utf8')).toContain(testHost);
  });
});
