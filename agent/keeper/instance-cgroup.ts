import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunLimits } from '../../domain/spec/service-spec.ts';
import { HostCannotError } from './host-cannot.ts';

const cpuPeriodUs = 100_000;

/** Files of a group (cgroup v2), the controller that each needs, and what it says: `max` where nothing is limited. */
const settings = ({ memoryBytes, cpus, processes }: RunLimits) =>
  [
    { controller: 'memory', file: 'memory.max', limit: memoryBytes, text: String(memoryBytes ?? 'max') },
    // Out of memory, the instance ends as a whole, and is started again, rather than losing some child.
    { controller: 'memory', file: 'memory.oom.group', limit: undefined, text: '1' },
    {
      controller: 'cpu',
      file: 'cpu.max',
      limit: cpus,
      text: `${cpus === undefined ? 'max' : Math.round(cpus * cpuPeriodUs)} ${cpuPeriodUs}`,
    },
    { controller: 'pids', file: 'pids.max', limit: processes, text: String(processes ?? 'max') },
  ] as const;

/**
 * A process group of the kernel for one instance, below the folder that the host's owner has left to Slipway
 * (`SLIPWAY_CGROUP`): nothing that it forks gets out of it. Null where there is no such folder and no limit needs one.
 * @throws HostCannotError when a limit can't be held
 */
export async function openInstanceCgroup(
  delegated: string | null,
  name: readonly [mark: string, instances: string],
  limits: RunLimits = {},
): Promise<string | null> {
  const limited = settings(limits).filter(({ limit }) => limit !== undefined);
  const names = limited.map(({ controller }) => ({ memory: 'memory', cpu: 'cpus', pids: 'processes' })[controller]);
  const asked = names.map((each) => `run.limits.${each}`).join(', ');
  if (delegated === null) {
    if (limited.length === 0) return null;
    throw new HostCannotError(`${asked} needs a cgroup v2 left to the agent (SLIPWAY_CGROUP), and there is none`);
  }
  try {
    const parent = path.join(delegated, `slipway-${name[0]}`);
    const group = path.join(parent, name[1]);
    await mkdir(group, { recursive: true });
    for (const { controller } of limited) {
      for (const above of [delegated, parent])
        await writeFile(path.join(above, 'cgroup.subtree_control'), `+${controller}`);
    }
    for (const { file, limit, text } of settings(limits)) {
      const setting = path.join(group, file);
      // What an earlier release was limited to is lifted, too.
      if (limit !== undefined || existsSync(setting)) await writeFile(setting, text);
    }
    return group;
  } catch (error) {
    if (limited.length === 0) return null;
    throw new HostCannotError(`${asked} can't be held in ${delegated}: ${(error as Error).message}`);
  }
}

/** Most open files that a process of this agent may be given. */
export async function mostFiles(): Promise<number> {
  const [limits, most] = await Promise.all([
    readFile('/proc/self/limits', 'utf8'),
    readFile('/proc/sys/fs/nr_open', 'utf8'),
  ]);
  const hard = /^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1];
  return process.getuid?.() === 0 ? Number(most) : Number(hard ?? 0);
}
