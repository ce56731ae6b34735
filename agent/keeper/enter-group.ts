import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { groupMount, groupOf } from './delegated-group.ts';
import { HostCannotError } from './host-cannot.ts';
import { whyNotEntered } from './why-no-group.ts';

const members = 'cgroup.procs';

/**
 * Null where what its keeper starts can enter the group; else why not, for people. Who may be moved depends on where it comes from:
 * so it is really tried with a process of this one's, and for a keeper elsewhere (one that a command has started in an operator's
 * session) asked by the kernel's rule, which is about the group that holds both.
 * @param keeper its pid; null where there is none yet, and this process starts it
 * @throws HostCannotError where the host lacks what the try needs
 */
export async function whyNotEnterable(delegated: string, group: string, keeper: number | null): Promise<string | null> {
  const own = groupOf('self');
  const from = keeper === null ? own : groupOf(keeper);
  const mount = groupMount();
  try {
    if (from === null || from === own || mount === null) await enterAndLeave(group);
    else await mayMove(path.join(mount, from), group);
    return null;
  } catch (error) {
    if (error instanceof HostCannotError) throw error;
    return whyNotEntered(error, from, delegated);
  }
}

/** man 7 cgroups, *Cgroups v2 delegation containment rules*. @throws where it may not */
async function mayMove(from: string, to: string): Promise<void> {
  for (const group of [holdsBoth(from, to), to]) await access(path.join(group, members), constants.W_OK);
}

function holdsBoth(one: string, other: string): string {
  let above = one;
  while (above !== '/' && !`${other}/`.startsWith(`${above}/`)) above = path.dirname(above);
  return above;
}

/** A child that waits to be told to end, and ends with this process at the latest. */
async function enterAndLeave(group: string): Promise<void> {
  const child = await startWaiting();
  const ended = once(child, 'exit');
  try {
    await writeFile(path.join(group, members), String(child.pid));
  } finally {
    child.stdin?.end();
    await ended;
  }
}

/** @throws HostCannotError */
async function startWaiting(): Promise<ChildProcess> {
  try {
    const child = spawn('/bin/sh', ['-c', 'read line'], { cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    child.stdin?.on('error', () => undefined);
    return child;
  } catch (error) {
    throw new HostCannotError(`no process can be started to try its group (${(error as Error).message})`);
  }
}
