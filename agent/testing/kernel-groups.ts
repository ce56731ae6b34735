import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { until } from './test-agent.ts';

/** Where this machine's own controllers are of the first version, the second one is mounted beside them, without those. */
const root = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((folder) =>
  existsSync(path.join(folder, 'cgroup.controllers')),
);
const words = (file: string): readonly string[] => readFileSync(path.join(root!, file), 'utf8').trim().split(' ');

export type Controller = 'memory' | 'cpu' | 'pids';

/** Why no group can be made on this machine; null when one can. */
export function whyNoGroups(): string | null {
  if (process.getuid?.() !== 0) return 'only root makes groups';
  return root === undefined ? 'no cgroup v2 is mounted' : null;
}

/** Why the kernel of this machine can hold no limits by this controller of cgroup v2; null when it can. */
export function whyNotHeld(controller: Controller): string | null {
  const why = whyNoGroups();
  if (why !== null || root === undefined) return why;
  if (controller === 'memory' && readFileSync('/proc/swaps', 'utf8').trim().includes('\n'))
    return 'there is swap to fill first';
  if (!words('cgroup.controllers').includes(controller)) return `${root} has no controller ${controller}`;
  if (words('cgroup.subtree_control').includes(controller)) return null;
  return `${root} doesn't hand ${controller} down (echo +${controller} > ${root}/cgroup.subtree_control)`;
}

/** A group as an agent is given it. */
export function delegateGroup(): string {
  const group = path.join(root!, `slipway-limits-${process.pid}`);
  mkdirSync(group);
  return group;
}

/** With all below it, once the kernel has seen the last process out. */
export async function removeGroup(group: string): Promise<void> {
  const below = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of below) await removeGroup(path.join(group, name));
  await until(
    () => isRemoved(group),
    () => `${group} is busy: ${readFileSync(path.join(group, 'cgroup.procs'), 'utf8')}`,
  );
}

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    return false;
  }
}
