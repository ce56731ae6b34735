import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { hasCode } from '../durable-files.ts';
import { groupMount, groupOf } from './delegated-group.ts';
import { removeGroup } from './remove-group.ts';
import { whyNotEntered } from './why-no-group.ts';

const members = 'cgroup.procs';
/** No service's name has a dot, and no other process this pid. */
const trialName = `.trial-${process.pid}`;
const endsWithinMs = 3_000;

/**
 * Null where what its keeper starts can enter the group; else why not, for people. Who may be moved depends on where it comes from:
 * so it is really tried with a process of this one's, and for a keeper elsewhere (one that a command has started in an operator's
 * session) asked by the kernel's rule, which is about the group that holds both.
 * @param keeper its pid; null where there is none yet, and this process starts it
 */
export async function whyNotEnterable(delegated: string, group: string, keeper: number | null): Promise<string | null> {
  const own = groupOf('self');
  const from = keeper === null ? own : groupOf(keeper);
  const mount = groupMount();
  try {
    if (from === null || from === own || mount === null) await enterBeside(group);
    else
      for (const written of groupsToWrite(mount, from, group))
        await access(path.join(written, members), constants.W_OK);
    return (await isFrozen(group)) ? `${group} is frozen (cgroup.freeze), or one above it` : null;
  } catch (error) {
    return whyNotEntered(error, from, delegated);
  }
}

/** Folders of which whoever moves a process writes `cgroup.procs`: man 7 cgroups, *Cgroups v2 delegation containment rules*. */
export function groupsToWrite(mount: string, from: string, to: string): readonly [holdsBoth: string, to: string] {
  // The root's own would end with a slash.
  let above = path.resolve(mount, `.${from}`);
  while (above !== '/' && !`${to}/`.startsWith(`${above}/`)) above = path.dirname(above);
  return [above, to];
}

/** Whatever is started into such a group stands still, and its release would seem to be silent. */
async function isFrozen(group: string): Promise<boolean> {
  const events = await readFile(path.join(group, 'cgroup.events'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  return /^frozen 1$/m.test(events);
}

/**
 * In the group itself an instance may be at its limits, and what tries it would count: out of memory, all in it would end. The one
 * beside it has none, and to the kernel they are alike, so long as both may be written.
 */
async function enterBeside(group: string): Promise<void> {
  await (await open(path.join(group, members), 'a')).close();
  const beside = path.join(path.dirname(group), trialName);
  await mkdir(beside, { recursive: true });
  try {
    await enterAndLeave(beside);
  } finally {
    await removeGroup(beside);
  }
}

/** A child that waits to be told to end, and ends with this process at the latest. @throws where it doesn't, as in a frozen group */
async function enterAndLeave(group: string): Promise<void> {
  const child = await startWaiting();
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(endsWithinMs) });
  // Also where writing fails first.
  ended.catch(() => undefined);
  try {
    await writeFile(path.join(group, members), String(child.pid));
  } finally {
    child.stdin?.end();
    await endOf(child, ended);
  }
}

async function endOf(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  try {
    await ended;
  } catch {
    child.kill('SIGKILL');
    throw new Error(`what was moved there as a trial did not end within ${endsWithinMs / 1_000} s, and was killed`);
  }
}

async function startWaiting(): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', 'read line'], { cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  child.stdin?.on('error', () => undefined);
  return child;
}
