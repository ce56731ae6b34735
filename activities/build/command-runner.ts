import type { Workspace } from './workspaces.ts';

/** A line of a spec, to be run by a shell in a workspace. */
export interface SpecCommand {
  readonly line: string;
  readonly workspace: Workspace;
  /** Where it runs, inside the workspace's source. */
  readonly folder: string;
  /** Added to the small fixed environment (PATH, HOME, TMPDIR, LANG, CI); nothing else is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** It is killed when this program is, however that happens: nobody else would end it. */
  readonly endsWithUs?: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Both streams of a command, interleaved as they came. */
export interface CapturedLog {
  readonly bytes: Buffer;
  /** True when there was more: then its middle is left out, and says so. */
  readonly truncated: boolean;
}

export interface CommandEnd {
  readonly ended: 'exited' | 'timed-out' | 'cancelled' | 'not-started';
  /** Null when it did not exit by itself. */
  readonly exitCode: number | null;
  /** For people: `exit code 2`, `killed by SIGSEGV`, `still running after 10m`. */
  readonly reason: string;
  readonly log: CapturedLog;
}

export interface CommandRunner {
  /** Never throws for what the command does. When it resolves, nothing that the command started runs on. */
  run(command: SpecCommand): Promise<CommandEnd>;
}
