import { runInGroup } from '../build/process-group.ts';
import { workspaceVariable } from '../build/leftover-processes.ts';

export interface GitOptions {
  readonly path: string;
  /** Transports that a clone URL may use, as in GIT_ALLOW_PROTOCOL: `https:ssh:file`. */
  readonly protocols: string;
  /** File of git's `credential-store`: one URL with user and password a line. `null` for none. */
  readonly credentials: string | null;
  /** The scratch folder: marks git's processes, so that a restarted worker ends those of a killed one. */
  readonly scratch: string;
}

export interface GitEnd {
  readonly ok: boolean;
  readonly stdout: string;
  /** What git itself said first, without credentials; for people. */
  readonly problem: string;
}

/** The scratch disk is full: nothing that a repository could do about. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = 'ENOSPC';
}

export type Git = (
  args: readonly string[],
  run: { readonly signal: AbortSignal; readonly timeoutMs?: number; readonly env?: Readonly<Record<string, string>> },
) => Promise<GitEnd>;

const outputKeptBytes = 64 * 1024;
const defaultTimeoutMs = 10 * 60_000;

/**
 * git as a function: nobody's configuration, no hooks, no prompts, no helpers but the one for the given credentials, and
 * only the allowed transports. The configuration of a mirror is our own; a repository's content is never consulted for
 * it. @throws DiskFullError
 */
export const gitCommand =
  (options: GitOptions): Git =>
  async (args, { signal, timeoutMs = defaultTimeoutMs, env }) => {
    const output = { stdout: '', stderr: '' };
    const end = await runInGroup({
      file: 'git',
      args: [...configuration, ...withCredentials(options), ...args],
      cwd: options.scratch,
      env: { ...environment(options), ...env },
      account: null,
      timeoutMs,
      signal,
      onOutput: (bytes, from) => (output[from] = (output[from] + bytes.toString('utf8')).slice(-outputKeptBytes)),
    });
    signal.throwIfAborted();
    const ok = end.ended === 'exited' && end.exitCode === 0;
    if (!ok) refuseFullDisk(output.stderr);
    const ended =
      end.ended === 'timed-out'
        ? `git took longer than ${timeoutMs / 1000} s`
        : `git could not be run (${end.problem})`;
    return { ok, stdout: output.stdout, problem: end.ended === 'exited' ? mainLine(output.stderr) : ended };
  };

const settings = {
  'core.hooksPath': '/dev/null',
  'credential.helper': '',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'advice.detachedHead': 'false',
  // A server that stops sending is given up after 30 s, whatever the time limit.
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '30',
};
const configuration = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Only asked, never told: a store that is told of a refusal deletes the entry, and one refusal may be an accident. */
function withCredentials({ credentials }: GitOptions): readonly string[] {
  if (credentials === null) return [];
  const file = `'${credentials.replaceAll("'", String.raw`'\''`)}'`;
  return ['-c', `credential.helper=!f() { test "$1" != get || git credential-store --file ${file} get; }; f`];
}

/** git says it in the middle of other complaints; what the server says of its own disk begins with `remote:`. */
function refuseFullDisk(stderr: string): void {
  const full = /no space left on device|disk quota exceeded/i;
  const line = stderr.split('\n').find((each) => full.test(each) && !each.startsWith('remote:'));
  if (line !== undefined) throw new DiskFullError(line.trim().slice(0, 500));
}

const environment = ({ path, protocols, scratch }: GitOptions): Record<string, string> => ({
  PATH: path,
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '/bin/false',
  SSH_ASKPASS: '/bin/false',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=10',
  GIT_ALLOW_PROTOCOL: protocols,
  [workspaceVariable]: scratch,
});

function mainLine(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((text) => text.startsWith('fatal:')) ?? lines.at(-1) ?? 'git said nothing';
  return line.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 500);
}
