import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';

/** What a keeper says of itself (keeper.mjs, protocol 1); also what its file `keeper.json` holds. */
export interface KeeperStatus {
  readonly protocol: 1;
  /** Of which code it is; keepers of before don't say. */
  readonly build?: string | null;
  readonly keeper: ProcessIdentity;
  readonly droppedLogBytes: number;
  /** Of the listening socket that it holds; keepers of before know nothing of any. */
  readonly socketPort?: number | null;
  readonly instance: KeptInstance | null;
}

export interface KeptInstance {
  readonly id: string;
  readonly release: Digest;
  readonly port: number;
  /** `null` until it was spawned. */
  readonly process: ProcessIdentity | null;
  readonly startedAtMs: number;
  readonly exit: KeptExit | null;
}

export interface KeptExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** For people: `exited with code 1`. */
  readonly how: string;
  readonly atMs: number;
}

export type KeeperRequest =
  | { readonly do: 'status' | 'watch' }
  | {
      readonly do: 'start';
      readonly id: string;
      readonly release: Digest;
      readonly port: number;
      readonly argv: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** The instance gets the keeper's socket as descriptor 3. */
      readonly listen?: boolean;
      /** Folder of the process group (cgroup v2) that the command joins: all in it is ended with the instance. */
      readonly cgroup?: string | null;
    }
  /** It ends, and this argv is the next keeper, with its socket. Keepers of before don't know it, and stay. */
  | { readonly do: 'succeed'; readonly argv: readonly string[] }
  /** Answered when the instance is gone: the signal (TERM) to its group, KILL after the time-out. `end` ends the keeper too. */
  | { readonly do: 'stop' | 'end'; readonly timeoutMs: number; readonly signal?: string };

export type KeeperAnswer =
  | { readonly ok: true; readonly status: KeeperStatus }
  /** `spawn`: the command can't be run. */
  | { readonly ok: false; readonly code: 'running' | 'spawn' | 'error'; readonly reason: string };
