import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import type { Digest } from '../../domain/names.ts';
import type { HeldSecrets } from '../../domain/secret/usable-secrets.ts';

/** What a keeper says of itself (keeper.mjs, protocol 1); also what its file `keeper.json` holds. */
export interface KeeperStatus {
  readonly protocol: 1;
  /** Of which code it is; keepers of before don't say. */
  readonly build?: string | null;
  readonly keeper: ProcessIdentity;
  /** Of output, since this keeper began. */
  readonly droppedLogBytes: number;
  /** `null` when the last output was kept; keepers of before don't say. */
  readonly dropsLog?: { readonly sinceMs: number; readonly why: string } | null;
  /** Of the listening socket that it holds; keepers of before know nothing of any. */
  readonly socketPort?: number | null;
  /** Whether it can remember secrets and lay their files; keepers of before don't say. */
  readonly holdsSecrets?: boolean;
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

/** `folder` is made; its files are read by the account alone. Content in base64. */
export interface SecretFiles {
  readonly folder: string;
  /** Null: the keeper's own. */
  readonly account: { readonly uid: number; readonly gid: number } | null;
  readonly contents: Readonly<Record<string, string>>;
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
      /** What `env` was given of secrets, to be remembered; and their files, which lie there as long as the instance runs. */
      readonly secrets?: { readonly held: HeldSecrets; readonly files: SecretFiles | null } | null;
    }
  /** What it remembers. It is in its memory alone, and goes with it. */
  | { readonly do: 'secrets' }
  | { readonly do: 'hold'; readonly secrets: readonly HeldSecrets[] }
  /** It ends, and this argv is the next keeper, with its socket. Keepers of before don't know it, and stay. */
  | { readonly do: 'succeed'; readonly argv: readonly string[] }
  /** Answered when the instance is gone: the signal (TERM) to its group, KILL after the time-out. `end` ends the keeper too. */
  | { readonly do: 'stop' | 'end'; readonly timeoutMs: number; readonly signal?: string };

export type KeeperAnswer =
  /** `secrets` only where it was asked for them. */
  | { readonly ok: true; readonly status: KeeperStatus; readonly secrets?: readonly HeldSecrets[] }
  /** `spawn`: the command can't be run. */
  | { readonly ok: false; readonly code: 'running' | 'spawn' | 'error'; readonly reason: string };
