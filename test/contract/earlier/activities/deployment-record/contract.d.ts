import type { NotUndone, Stop } from '../../domain/deployment/ending.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import type { GoalMode, Placement, RecordedOutcome } from '../../domain/goal/goal.ts';
import type { HookPlace } from '../../domain/hook/hook.ts';
import type { HookState } from '../../domain/hook/standing.ts';
import type { DeploymentNumber, Generation, RegionName, ServiceName } from '../../domain/names.ts';
import type { MissingHosts } from '../../domain/progress/missing-hosts.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import type { WaitKind } from '../../domain/progress/waiting.ts';
import type { DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { HookVerb, LogRef } from '../build/contract.ts';
import type { LaneLock } from '../lane/contract.ts';
export type { RegionProgress };
interface OfDeployment {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
}
export interface HookChange extends HookPlace {
    readonly does: HookVerb;
    readonly command: string;
    readonly state: HookState;
    readonly why: string | null;
    readonly log: LogRef | null;
}
export interface DeploymentProgress extends OfDeployment {
    readonly sequence: number;
    readonly state: DeploymentState;
    readonly stage: string | null;
    readonly paused: boolean;
    readonly held: boolean;
    readonly waiting: string | null;
    readonly waitingFor?: WaitKind | null;
    readonly regions: readonly RegionProgress[];
    readonly approvals: {
        readonly given: number;
        readonly wanted: number;
    } | null;
    readonly stop?: Stop | null;
    readonly actor: string;
    readonly event: string;
    readonly message: string;
    readonly hook?: HookChange;
}
export interface RecordIntentInput extends OfDeployment {
    readonly region: RegionName;
    readonly attempt: Attempt;
    readonly step: string;
    readonly mode: GoalMode;
    readonly next: Placement | null;
    readonly knownGeneration: Generation | 0;
}
export interface RecordedIntent {
    readonly outcomes: readonly RecordedOutcome[];
    readonly centreGeneration: Generation | 0;
}
export type ObligationKind = 'undo' | 'hold' | 'finish';
export interface Obligation extends OfDeployment {
    readonly region: RegionName;
    readonly kind: ObligationKind;
    readonly attempt: Attempt;
    readonly generation: Generation | 0;
    readonly controlRevision: number;
    readonly reason: string;
}
export interface ListObligationsInput {
    readonly region: RegionName;
    readonly runAt: string;
    readonly most: number;
}
export interface OwedInRegion {
    readonly obligations: readonly Obligation[];
    readonly owed: number;
}
export type Settlement = 'applied' | 'undone' | 'overtaken';
export interface SettleObligationInput extends Obligation {
    readonly settlement: Settlement;
}
export interface FinishDeploymentInput extends OfDeployment {
    readonly sequence: number;
    readonly outcome: DeploymentOutcome;
    readonly reason: string;
    readonly regions: readonly {
        readonly region: RegionName;
        readonly outcome: RecordedOutcome['outcome'];
        readonly missing?: MissingHosts;
    }[];
    readonly pending: readonly RegionName[];
    readonly lock: LaneLock | null;
    readonly notUndone?: readonly NotUndone[];
    readonly buildLog?: LogRef | null;
}
export interface DeploymentRecordActivities {
    holdService(input: OfDeployment): Promise<{
        readonly outcome: 'held';
    } | {
        readonly outcome: 'busy';
        readonly holder: DeploymentNumber;
    }>;
    recordProgress(input: DeploymentProgress): Promise<void>;
    recordIntent(input: RecordIntentInput): Promise<RecordedIntent>;
    recordPointOfNoReturn(input: OfDeployment): Promise<void>;
    recordObligation(input: Obligation): Promise<void>;
    finishDeployment(input: FinishDeploymentInput): Promise<void>;
    listObligations(input: ListObligationsInput): Promise<OwedInRegion>;
    settleObligation(input: SettleObligationInput): Promise<void>;
}
