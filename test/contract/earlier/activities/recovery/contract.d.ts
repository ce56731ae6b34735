import type { Stop } from '../../domain/deployment/ending.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { HookPlace } from '../../domain/hook/hook.ts';
import type { HookState } from '../../domain/hook/standing.ts';
import type { DeploymentNumber, Digest, Generation, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { DeploymentStart } from '../lane/deployment-workflows.ts';
interface OfDeployment {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
}
export interface TouchedRegion {
    readonly region: RegionName;
    readonly attempt: Attempt;
    readonly generation: Generation | 0;
}
export interface BegunHook extends HookPlace {
    readonly state: HookState;
    readonly why: string | null;
}
export interface LostDeployment {
    readonly start: DeploymentStart;
    readonly outcome: DeploymentOutcome | null;
    readonly planned: {
        readonly plan: Plan;
        readonly planDigest: Digest;
    } | null;
    readonly pointOfNoReturn: boolean;
    readonly stop: Stop | null;
    readonly touched: readonly TouchedRegion[];
    readonly regions: readonly RegionProgress[];
    readonly hooks?: readonly BegunHook[];
    readonly previousRelease?: ReleaseNumber | null;
    readonly sequence: number;
    readonly state: DeploymentState;
    readonly stage: string | null;
    readonly closed: string;
}
export interface RegionUndoEnd {
    readonly outcome: 'undone' | 'pending' | 'superseded' | 'lost';
    readonly reason: string | null;
}
export interface RecoveryActivities {
    takeOverDeployment(input: OfDeployment): Promise<LostDeployment>;
    followRegionUndo(input: OfDeployment & {
        readonly region: RegionName;
    }): Promise<RegionUndoEnd>;
}
export {};
