import type { HookPlace } from '../../domain/hook/hook.ts';
import type { DeploymentNumber, Digest, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ServiceSpec, SpecProblem } from '../../domain/spec/service-spec.ts';
export interface SourceRef {
    readonly cloneUrl: string;
    readonly folder: string;
    readonly commit: string;
}
export interface BuildReleaseInput {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly release: ReleaseNumber;
    readonly source: SourceRef;
}
export interface UnsignedRelease {
    readonly manifestRoot: string;
    readonly digest: Digest;
    readonly totalBytes: number;
    readonly files: number;
}
export type BuildReleaseResult = {
    readonly outcome: 'built';
    readonly release: UnsignedRelease;
    readonly spec: ServiceSpec;
    readonly log: LogRef;
} | {
    readonly outcome: 'invalid-spec';
    readonly problems: readonly SpecProblem[];
} | {
    readonly outcome: 'failed';
    readonly reason: string;
    readonly exitCode: number | null;
    readonly log: LogRef | null;
};
export interface LogRef {
    readonly digest: Digest;
    readonly sizeBytes: number;
    readonly truncated: boolean;
    readonly tail: string;
}
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
export interface RunHookInput extends HookPlace {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly release: ReleaseNumber;
    readonly previousRelease: ReleaseNumber | null;
    readonly source: SourceRef;
    readonly does: HookVerb;
    readonly command: string;
    readonly timeoutMs: number;
}
export interface RunHookResult extends RunCommandResult {
    readonly notRun?: true;
}
export type HookVerb = 'run' | 'undo';
export interface BuildActivities {
    buildRelease(input: BuildReleaseInput): Promise<BuildReleaseResult>;
    runCommand(input: RunCommandInput): Promise<RunCommandResult>;
    runHook(input: RunHookInput): Promise<RunHookResult>;
}
