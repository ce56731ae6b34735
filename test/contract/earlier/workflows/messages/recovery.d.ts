import type { DeploymentNumber, ServiceName } from '../../domain/names.ts';
export declare const recoveryWorkflowId: (service: ServiceName, deployment: DeploymentNumber) => string;
export interface RecoveryInput {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
}
export declare const recoveryStart: ({ service, deployment }: RecoveryInput) => {
    workflowId: string;
    taskQueue: string;
    args: [RecoveryInput];
    staticSummary: string;
};
