import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const unshare = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** What starts a program as the first process of its own, as in a container; `null` where nobody may. What it left ends with it. */
export const asFirstProcess: readonly string[] | null =
  process.getuid?.() === 0 && spawnSync(unshare[0], [...unshare.slice(1), 'true']).status === 0 ? unshare : null;

export interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** `Z`: it has ended, and nobody waited for it. */
  readonly state: string;
  readonly name: string;
}

/** What starts a command where the child of `outsidePid`, which `asFirstProcess` has started, is the first process. */
export function enterProcesses(outsidePid: number): readonly string[] {
  const first = readFileSync(`/proc/${outsidePid}/task/${outsidePid}/children`, 'utf8').trim();
  return ['nsenter', '--target', first, '--pid', '--mount', '--'];
}

/** Those in there, by their pids in there. */
export function processesIn(enter: readonly string[]): readonly SeenProcess[] {
  const [file, ...args] = [...enter, 'ps', '-eo', 'pid=,ppid=,stat=,comm='];
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state = '', name = '']) => ({
      pid: Number(pid),
      parent: Number(parent),
      state: state[0]!,
      name,
    }));
}
