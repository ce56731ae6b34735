import type { SlotAnswer, SlotAsk } from '../../activities/fleet/contract.ts';
export declare const fleetWorkflowId = "fleet";
export interface FleetInput {
    readonly carried: FleetCarried | null;
    readonly maxTurns: number;
}
export declare const turnsPerHistory = 1000;
export interface FleetCarried {
    readonly asks: readonly SlotAsk[];
    readonly told: readonly Told[];
}
export interface Told {
    readonly deployment: string;
    readonly answer: SlotAnswer;
}
export declare const askFleetSignal: import("@temporalio/workflow").SignalDefinition<[SlotAsk], string>;
export declare const lookSignal: import("@temporalio/workflow").SignalDefinition<[], "look">;
export declare const passSignal: import("@temporalio/workflow").SignalDefinition<[], "pass">;
export declare const fleetAnswerSignal: import("@temporalio/workflow").SignalDefinition<[SlotAnswer], string>;
export declare const fleetQuery: import("@temporalio/workflow").QueryDefinition<readonly SlotAnswer[], [], string>;
export declare const fleetStart: () => {
    workflowId: string;
    workflowIdConflictPolicy: 'USE_EXISTING';
    taskQueue: string;
    args: [FleetInput];
    staticSummary: string;
};
