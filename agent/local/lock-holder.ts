import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { lockName, lockPrefix } from '../only-agent.ts';
import { identify } from '../process-identity.ts';

/**
 * The process that holds the agent's lock, asked of the kernel: no file can be stale or missing. Null when nobody does,
 * or when it is another user's.
 */
export function lockHolder(directory: AgentDirectory): ProcessIdentity | null {
  const own = agentLocks().get(lockName(directory));
  return own === undefined ? null : holderOf(own);
}

/** Agents of other folders on this machine: each has a lock of its own. */
export function otherAgents(directory: AgentDirectory): readonly ProcessIdentity[] {
  const others = [...agentLocks()].filter(([name]) => name !== lockName(directory));
  return others.flatMap(([, inode]) => holderOf(inode) ?? []);
}

function holderOf(inode: string): ProcessIdentity | null {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const identity = identify(Number(name));
    // Known before its descriptors were read: a pid that was given to another in between names nobody.
    if (identity !== null && holdsSocket(name, inode)) return identity;
  }
  return null;
}

/** Inodes of locks by their names, as /proc/net/unix lists sockets (`@` for the leading zero of the abstract namespace). */
function agentLocks(): ReadonlyMap<string, string> {
  const lines = readFileSync('/proc/net/unix', 'latin1').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const locks = fields.filter(([, , , , , , , name]) => name?.startsWith(`@${lockPrefix}`));
  return new Map(locks.map((each) => [each[7]!.slice(1), each[6]!]));
}

function holdsSocket(pid: string, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlink(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    // It has ended, or is another user's.
    return false;
  }
}

function readlink(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
