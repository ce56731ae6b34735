import type { HookPlace } from '../../domain/hook/hook.ts';
import type { DeploymentNumber, Digest, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ServiceSpec, SpecProblem } from '../../domain/spec/service-spec.ts';

/** Where the source lies. */
export interface SourceRef {
  readonly cloneUrl: string;
  /** Folder of the service below the repository's root, `.` for the root. */
  readonly folder: string;
  /** 40 hex digits. */
  readonly commit: string;
}

export interface BuildReleaseInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  readonly source: SourceRef;
}

/** A release without a signature: everything it names lies in the central store. */
export interface UnsignedRelease {
  /** Canonical JSON of the manifest root, UTF-8, below 4 KiB. */
  readonly manifestRoot: string;
  /** Of that text: the release's digest. */
  readonly digest: Digest;
  readonly totalBytes: number;
  readonly files: number;
}

/** Expected outcomes are data; the last lines of the log are for the person who merged. */
export type BuildReleaseResult =
  | { readonly outcome: 'built'; readonly release: UnsignedRelease; readonly spec: ServiceSpec; readonly log: LogRef }
  | { readonly outcome: 'invalid-spec'; readonly problems: readonly SpecProblem[] }
  | {
      readonly outcome: 'failed';
      readonly reason: string;
      readonly exitCode: number | null;
      readonly log: LogRef | null;
    };

/** A captured log in the central store, and its end. */
export interface LogRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** True when the output was longer than what is kept. */
  readonly truncated: boolean;
  /** At most 2,000 characters. */
  readonly tail: string;
}

/** A command of the spec (`checks.run`, `rollout.verify.run`) in a fresh checkout of the exact commit. */
export interface RunCommandInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly purpose: 'checks' | 'verify';
  readonly source: SourceRef;
  readonly run: string;
  readonly timeoutMs: number;
}

export interface RunCommandResult {
  readonly outcome: 'passed' | 'failed';
  readonly reason: string;
  readonly log: LogRef | null;
}

/** A hook of the spec, or its undo, in a fresh checkout of the release's commit. */
export interface RunHookInput extends HookPlace {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  /** What ran before; `null` before the first. */
  readonly previousRelease: ReleaseNumber | null;
  readonly source: SourceRef;
  readonly does: HookVerb;
  /** Shell command line. */
  readonly command: string;
  readonly timeoutMs: number;
}

export interface RunHookResult extends RunCommandResult {
  /** It failed before the command was started, and no attempt before this one could have. */
  readonly notRun?: true;
}

/** A hook's own command, or the one that takes it back. */
export type HookVerb = 'run' | 'undo';

/** Queue `build`. Runs foreign code; holds no key. */
export interface BuildActivities {
  buildRelease(input: BuildReleaseInput): Promise<BuildReleaseResult>;
  runCommand(input: RunCommandInput): Promise<RunCommandResult>;
  runHook(input: RunHookInput): Promise<RunHookResult>;
}
