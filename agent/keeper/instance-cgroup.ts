import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunLimits } from '../../domain/spec/service-spec.ts';
import { whyNotEnterable } from './enter-group.ts';
import { HostCannotError } from './host-cannot.ts';
import { whyNotHandedDown, whyNotMade, whyProcessesForbid } from './why-no-group.ts';

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

/** What `run.limits` calls what a controller holds. */
export const limitNames = { memory: 'memory', cpu: 'cpus', pids: 'processes' } as const;
export type Controller = keyof typeof limitNames;

const controllersOf = (limits: RunLimits): readonly Controller[] =>
  settings(limits).flatMap(({ limit, controller }) => (limit === undefined ? [] : [controller]));

/** Whether only a group can hold what is asked for. */
export const needsGroup = (limits: RunLimits = {}): boolean => controllersOf(limits).length > 0;

export interface InstanceGroup {
  /** Its folder. */
  readonly group: string | null;
  /** Why the instance goes without one although the host was given groups: nothing is limited, so it needs none. */
  readonly whyNone: string | null;
}

/**
 * A process group of the kernel for one instance, below the folder that the host's owner has left to Slipway
 * (`SLIPWAY_CGROUP`): nothing that it forks gets out of it. That the instance can enter it is tried first, so that no release is
 * ever blamed for a host's groups. What will pass (no descriptors) is no other reason than what stays: the next start tries again.
 * @param keeper who will start it, where it runs
 * @throws HostCannotError when a limit can't be held
 */
export async function openInstanceCgroup(
  delegated: string | null,
  name: readonly [mark: string, instances: string],
  limits: RunLimits = {},
  keeper: number | null = null,
): Promise<InstanceGroup> {
  const asked = controllersOf(limits)
    .map((controller) => `run.limits.${limitNames[controller]}`)
    .join(', ');
  if (delegated === null) {
    if (asked === '') return { group: null, whyNone: null };
    throw new HostCannotError(`${asked} needs a cgroup v2 left to the agent (SLIPWAY_CGROUP), and there is none`);
  }
  const group = path.join(delegated, `slipway-${name[0]}`, name[1]);
  const whyNone = (await makeGroup(delegated, group, limits)) ?? (await whyNotEnterable(delegated, group, keeper));
  if (whyNone === null) return { group, whyNone };
  if (asked === '') return { group: null, whyNone };
  throw new HostCannotError(`${asked} can't be held in ${delegated}: ${whyNone}`);
}

/** Null when the group is there, limited so; else why not. */
export async function makeGroup(delegated: string, group: string, limits: RunLimits): Promise<string | null> {
  if (!existsSync(path.join(delegated, 'cgroup.procs'))) return `${delegated} is no cgroup v2, or is gone`;
  const handed = new Set([delegated, path.dirname(group)]);
  try {
    await mkdir(group, { recursive: true });
    for (const controller of controllersOf(limits))
      for (const above of handed) {
        const why = await handDown(above, controller);
        if (why !== null) return why;
      }
    for (const { file, limit, text } of settings(limits)) {
      const setting = path.join(group, file);
      // What an earlier release was limited to is lifted, too.
      if (limit !== undefined || existsSync(setting)) await writeFile(setting, text);
    }
    return null;
  } catch (error) {
    return whyNotMade(error, delegated);
  }
}

/** Null when groups below have the controller (`-`: no longer); else why not. */
export async function handDown(folder: string, controller: Controller, sign: '+' | '-' = '+'): Promise<string | null> {
  try {
    // Some controllers the kernel would hand down all the same, and then let nobody into the groups below.
    if (sign === '+' && (await holdsProcesses(folder))) return whyProcessesForbid(folder);
    await writeFile(path.join(folder, 'cgroup.subtree_control'), `${sign}${controller}`);
    return null;
  } catch (error) {
    return whyNotHandedDown(error, folder, controller);
  }
}

/** All but the root of the machine has a type. */
async function holdsProcesses(folder: string): Promise<boolean> {
  if (!existsSync(path.join(folder, 'cgroup.type'))) return false;
  const members = await readFile(path.join(folder, 'cgroup.procs'), 'utf8');
  return members.trim() !== '';
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
