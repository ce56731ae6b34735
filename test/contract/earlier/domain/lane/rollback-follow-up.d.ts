import type { ActiveReach } from './lane-decisions.ts';
import type { DeploymentNumber } from '../names.ts';
import type { DeploymentOutcome } from '../states.ts';
export interface PendingRollback {
    readonly of: DeploymentNumber;
    readonly opened: DeploymentNumber | null;
    readonly by: string;
    readonly reason: string;
    readonly key: string;
    readonly traceparent: string | null;
}
export declare function followUp({ opened }: PendingRollback, outcome: DeploymentOutcome, reach: ActiveReach): 'nothing' | 'cancel' | 'open';
