import type { LaneLock } from '../lane/lane.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import type { Role } from '../states.ts';
export type Wait = {
    readonly for: 'turn';
    readonly ahead: number;
    readonly active: DeploymentNumber | null;
} | {
    readonly for: 'unlock';
    readonly lock: LaneLock;
} | {
    readonly for: 'service';
    readonly holder: DeploymentNumber;
} | {
    readonly for: 'approval';
    readonly given: number;
    readonly wanted: number;
    readonly roles: readonly Role[];
    readonly expiresAt: string;
} | {
    readonly for: 'replication';
    readonly regions: readonly RegionName[];
    readonly reason: string | null;
} | {
    readonly for: 'build-worker';
    readonly since: string;
} | {
    readonly for: 'resume';
    readonly by: string;
    readonly reason: string;
    readonly since: string;
} | {
    readonly for: 'decision';
    readonly reason: string;
    readonly since: string;
} | {
    readonly for: 'choice';
    readonly reason: string;
    readonly since: string;
} | {
    readonly for: 'hosts';
    readonly regions: readonly RegionName[];
    readonly reason: 'no host' | 'all hosts pinned';
} | {
    readonly for: 'checks';
    readonly missing: readonly string[];
    readonly pending: readonly string[];
    readonly fault: string | null;
    readonly until: string;
} | {
    readonly for: 'metrics';
    readonly stage: string | null;
    readonly text: string;
    readonly until: string;
} | {
    readonly for: 'bake';
    readonly stage: string;
    readonly until: string;
} | {
    readonly for: 'regions';
    readonly regions: readonly RegionName[];
    readonly since: string;
} | {
    readonly for: 'hook';
    readonly text: string;
    readonly since: string;
} | {
    readonly for: 'undo';
    readonly regions: readonly RegionName[];
    readonly until: string;
} | {
    readonly for: 'late-undo';
    readonly regions: readonly RegionName[];
    readonly commands: readonly string[];
} | {
    readonly for: 'data-loss';
    readonly commands: readonly string[];
    readonly since: string;
};
export type WaitKind = Wait['for'];
export declare function waitingSentence(service: ServiceName, wait: Wait): string;
