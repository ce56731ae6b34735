import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { identify } from '../../agent/process-identity.ts';

/** Pids and command lines of all processes that know a folder: by argument, environment or working directory. */
export const processesOf = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => identify(Number(pid)) !== null && knows(pid, folder))
    .map((pid) => `${pid} ${read(pid, 'cmdline').split('\0').join(' ')}`);

const knows = (pid: string, folder: string): boolean =>
  read(pid, 'cmdline').includes(folder) ||
  read(pid, 'environ').includes(folder) ||
  workingDirectory(pid).startsWith(folder);

/** Empty for what has ended meanwhile, or is another user's. */
function read(pid: string, what: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return '';
  }
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
