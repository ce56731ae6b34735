import type { DeploymentNumber } from '../names.ts';
export interface Attempt {
    readonly deployment: DeploymentNumber;
    readonly local: number;
}
export declare function compareAttempts(a: Attempt, b: Attempt): number;
