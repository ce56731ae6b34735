import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readProcess } from '../process-identity.ts';
import { ill, well, type Finding } from './finding.ts';

/** One is seen now and then, just before it is waited for. */
const some = 20;

/**
 * Processes that ended and that nobody waits for. Each holds a pid, also out of its group's `run.limits.processes`. What lost its
 * parent is the first process' to wait for: an init does so, and so does launch-agent; Node does not (libuv asks for its own children
 * alone, and so do most programs).
 */
export function lookAtZombies(): Finding {
  const ended = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isLeftToFirst(name));
  if (ended.length <= some) return well('ended processes', 'are waited for');
  return ill(
    'ended processes',
    `${ended.length} are not waited for by the first process (${nameOfFirst()})`,
    'Let an init be the first process of this machine or container, or launch-agent (docs/how-to/add-a-host.md)',
  );
}

function isLeftToFirst(pid: string): boolean {
  const found = readProcess(Number(pid));
  return found !== null && found.state === 'Z' && found.parent === 1;
}

function nameOfFirst(): string {
  try {
    return path.basename(readFileSync('/proc/1/cmdline', 'utf8').split('\0')[0] ?? '') || 'pid 1';
  } catch {
    return 'pid 1';
  }
}
