import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The group of the agent and its keepers, below the one that is left to it. A group that hands controllers down may hold no
 * processes itself, so systemd has to put the agent there (`DelegateSubgroup=slipway-agent`).
 */
export const agentGroup = 'slipway-agent';

/** Where the unit's own group is. */
const unitGroup = '/system.slice/slipway-agent.service';

/** Where the controllers are of the first version, the second one may be mounted beside them. */
const mounts = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];
export const groupMount = (): string | null =>
  mounts.find((folder) => existsSync(path.join(folder, 'cgroup.controllers'))) ?? null;

/** Of a process, in cgroup v2, as from the mount; null when it has ended, or the kernel has none. */
export function groupOf(pid: number | 'self'): string | null {
  try {
    return /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * The folder of the group that is left to the agent, where nobody named one: its own group has the name that says so. For commands,
 * which run elsewhere, the unit's, where something in it has.
 */
export function findDelegatedGroup(mount = groupMount(), own = groupOf('self')): string | null {
  if (mount === null) return null;
  const above = own !== null && path.basename(own) === agentGroup ? [path.dirname(own)] : [];
  return (
    [...above, unitGroup]
      // The root belongs to the machine.
      .filter((group) => group !== '/')
      .map((group) => path.join(mount, group))
      .find((folder) => existsSync(path.join(folder, agentGroup, 'cgroup.procs'))) ?? null
  );
}
