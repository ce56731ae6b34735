import type { SourceRef } from '../build/contract.ts';
import type { DeploymentRef, StoredDeployment } from './lane-records.ts';
export interface DeploymentStart extends Pick<StoredDeployment, 'service' | 'deployment' | 'kind' | 'release' | 'source' | 'traceparent'> {
    readonly build: SourceRef | null;
    readonly checkout: SourceRef;
}
export interface DeploymentWorkflows {
    start(start: DeploymentStart): Promise<{
        readonly runId: string | null;
        readonly isNew: boolean;
    }>;
    find(ref: DeploymentRef): Promise<{
        readonly state: 'running' | 'closed' | 'absent';
        readonly runId: string | null;
    }>;
    recover(ref: DeploymentRef): Promise<void>;
}
