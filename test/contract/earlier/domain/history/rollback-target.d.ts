import type { ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
export interface Success {
    readonly kind: DeploymentKind;
    readonly release: ReleaseNumber;
}
export interface RollbackHistory {
    readonly successes: readonly Success[];
    readonly deployable: (release: ReleaseNumber) => boolean;
    readonly leftHeld: boolean;
}
export declare function rollbackTarget({ successes, deployable, leftHeld }: RollbackHistory): ReleaseNumber | null;
export interface RegionEnding<Region, Outcome> {
    readonly region: Region;
    readonly deployment: number;
    readonly outcome: Outcome;
}
export declare function isLeftHeld<Region, Outcome extends string>(endings: readonly RegionEnding<Region, Outcome>[]): boolean;
