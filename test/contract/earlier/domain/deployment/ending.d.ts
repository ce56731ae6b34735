import type { LaneLock } from '../lane/lane.ts';
import type { HookStanding } from '../hook/standing.ts';
import type { DeploymentNumber, RegionName, ServiceName } from '../names.ts';
import type { RollbackPolicy } from '../spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome } from '../states.ts';
export interface Stop {
    readonly cause: 'rejected' | 'aborted' | 'failed';
    readonly hold: boolean;
    readonly by: string;
    readonly reason: string;
    readonly at: string;
}
export type Ending = {
    readonly do: 'end';
    readonly outcome: 'rejected' | 'cancelled' | 'failed';
} | {
    readonly do: 'undo';
} | {
    readonly do: 'hold';
} | {
    readonly do: 'ask';
};
export declare function endingOf(stop: Stop, touched: boolean, rollback: Pick<RollbackPolicy, 'automatic'>): Ending;
export interface NotUndone {
    readonly what: 'hook' | 'region';
    readonly name: string;
    readonly left: string;
    readonly undo: string | null;
    readonly why: string;
}
export declare function undoEnd(hooks: readonly HookStanding[], pending: readonly {
    readonly region: RegionName;
    readonly why: string;
}[], release: string): {
    readonly outcome: 'undone' | 'failed';
    readonly notUndone: readonly NotUndone[];
};
export interface EndedDeployment {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly kind: DeploymentKind;
    readonly outcome: DeploymentOutcome;
    readonly by: string;
    readonly reason: string;
    readonly at: string;
    readonly notUndone?: readonly NotUndone[];
}
export declare function lockAfter(ended: EndedDeployment, rollback: Pick<RollbackPolicy, 'lockAfter'>): LaneLock | null;
