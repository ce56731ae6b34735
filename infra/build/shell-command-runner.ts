import type { CommandEnd, CommandRunner, SpecCommand } from '../../activities/build/command-runner.ts';
import type { Account } from './build-account.ts';
import { captureLog } from './captured-log.ts';
import { killProcessesIn, workspaceVariable } from './leftover-processes.ts';
import { runInGroup, type GroupEnd } from './process-group.ts';

export interface ShellCommandOptions {
  /** By the root of a workspace. */
  readonly accountOf: (workspace: string) => Account | null;
  /** PATH of commands. */
  readonly path: string;
  /** How much of an output is kept. */
  readonly logCapBytes: number;
}

/** The umask is set by an outer shell: a process can't set it for a child, and ours stays as it is. */
const underUmask = ['-c', 'umask 022; exec /bin/sh -c "$1"', 'sh'];

/**
 * The same, and a watcher in the same group that kills all of it once our end of descriptor 3 is gone. The line itself can't
 * reach that: it neither inherits it nor sees the watcher as a child of its own.
 */
const underLifeline = [
  '-c',
  'umask 022; (trap "" TERM INT HUP; exec >/dev/null 2>&1; read -r _ <&3; kill -s KILL -- -$$) & exec 3<&-; exec /bin/sh -c "$1"',
  'sh',
];

/** Runs lines of specs with `/bin/sh`, as the workspace's account and with nothing of our own environment. */
export const shellCommandRunner = (options: ShellCommandOptions): CommandRunner => ({
  run: async (command) => {
    const log = captureLog(options.logCapBytes);
    const end = await runInGroup({
      file: '/bin/sh',
      args: [...(command.endsWithUs ? underLifeline : underUmask), command.line],
      cwd: command.folder,
      env: environmentOf(command, options.path),
      holdsLifeline: command.endsWithUs === true,
      account: options.accountOf(command.workspace.root),
      timeoutMs: command.timeoutMs,
      signal: command.signal,
      onOutput: log.write,
    });
    await killProcessesIn(command.workspace.root);
    return { ended: end.ended, exitCode: end.exitCode, reason: reasonOf(end, command.timeoutMs), log: log.end() };
  },
});

const environmentOf = ({ workspace, environment }: SpecCommand, path: string): Record<string, string> => ({
  PATH: path,
  LANG: 'C.UTF-8',
  CI: 'true',
  ...environment,
  HOME: workspace.home,
  TMPDIR: workspace.temporary,
  [workspaceVariable]: workspace.root,
});

function reasonOf(end: GroupEnd, timeoutMs: number): CommandEnd['reason'] {
  switch (end.ended) {
    case 'timed-out':
      return `still running after ${Math.round(timeoutMs / 100) / 10} s, and killed`;
    case 'cancelled':
      return 'cancelled';
    case 'not-started':
      return `could not be started (${end.problem})`;
    case 'exited':
      return end.signal === null ? `exit code ${end.exitCode}` : `killed by ${end.signal}`;
  }
}
