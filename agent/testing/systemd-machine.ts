import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from './test-agent.ts';

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine with a systemd of its own, this machine's files (what it changes is kept apart) and network. */
export interface SystemdMachine {
  /** `/` of the machine, while it is off: what is put there is there at the next boot. */
  readonly changed: string;
  /** Until it has reached its target. */
  boot(): Promise<void>;
  /** As root, there. */
  run(...argv: readonly string[]): Promise<Ran>;
  /** The power goes. */
  powerOff(): Promise<void>;
  /** As `systemctl poweroff` does it: everything is asked to end. */
  shutDown(): Promise<void>;
  destroy(): Promise<void>;
}

export const machineNode = '/opt/node/bin/node';

const script = path.join(import.meta.dirname, 'boot-systemd.sh');
/** Where this machine's own controllers are of the first version, the second one is mounted beside them. */
const cgroups = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** Why no machine can be had here; null when one can. */
export function whyNoMachine(): string | null {
  if (process.getuid?.() !== 0) return 'only root makes one';
  if (!existsSync('/lib/systemd/systemd')) return 'there is no systemd';
  if (cgroupRoot() === undefined) return 'there is no cgroup of the second version';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--fork', '--uts', '--ipc', '--cgroup', 'true']);
  return tried.status === 0 ? null : `no namespaces can be made: ${String(tried.stderr)}`;
}

const cgroupRoot = (): string | undefined => cgroups.find((each) => existsSync(path.join(each, 'cgroup.procs')));

/** @param folder of its own, on a disk: systemd keeps its journal there */
export function openSystemdMachine(folder: string): SystemdMachine {
  const changed = path.join(folder, 'changed');
  mkdirSync(changed, { recursive: true });
  const group = path.join(cgroupRoot()!, `slipway-machine-${process.pid}-${path.basename(folder)}`);
  let outside: ChildProcess | null = null;
  let init = 0;

  const machine: SystemdMachine = {
    changed,
    async boot() {
      mkdirSync(group, { recursive: true });
      // The shell enters the group before the namespaces are made, so that the group is their root.
      const enter = `echo $$ > "$0/cgroup.procs" && exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup "$@"`;
      const boot = ['bash', script, folder, process.execPath];
      outside = spawn('bash', ['-c', enter, group, ...boot], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      for (const stream of [outside.stdout!, outside.stderr!])
        stream.on('data', (text: Buffer) => (said += String(text)));
      await until(
        () => (init = childOf(outside!.pid!)) !== 0 && isUp(machine),
        () => `the machine has booted: ${said}`,
      );
    },
    async run(...argv) {
      const enter = [
        '--target',
        String(init),
        '--mount',
        '--pid',
        '--uts',
        '--ipc',
        '--cgroup',
        '--root',
        '--wd',
        '--',
      ];
      const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
      const child = spawn('nsenter', [...enter, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { exitCode: child.exitCode, stdout, stderr };
    },
    async powerOff() {
      if (outside === null) return;
      outside.kill('SIGKILL');
      await gone(outside, group);
      outside = null;
    },
    async shutDown() {
      await machine.run('systemctl', 'poweroff');
      await gone(outside!, group);
      outside = null;
    },
    async destroy() {
      await machine.powerOff();
      removeGroup(group);
    },
  };
  return machine;
}

const isUp = async (machine: SystemdMachine): Promise<boolean> =>
  ['running', 'degraded'].includes((await machine.run('systemctl', 'is-system-running')).stdout.trim());

function childOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
  } catch {
    return 0;
  }
}

/** Nothing of it runs any more. */
async function gone(outside: ChildProcess, group: string): Promise<void> {
  if (outside.exitCode === null && outside.signalCode === null) await once(outside, 'exit');
  await until(
    () => / 0$/m.test(readFileSync(path.join(group, 'cgroup.events'), 'utf8').replace(/frozen.*/, '')),
    () => `all processes of ${group} have ended`,
  );
}

function removeGroup(group: string): void {
  const found = spawnSync('find', [group, '-depth', '-type', 'd'], { encoding: 'utf8' }).stdout.split('\n');
  for (const each of found) if (each !== '') rmdirSync(each);
}

/** A file of the machine, while it is off. */
export function putFile({ changed }: SystemdMachine, file: string, content: string | Buffer, mode = 0o644): void {
  const where = path.join(changed, file);
  mkdirSync(path.dirname(where), { recursive: true });
  writeFileSync(where, content, { mode });
}
