import type { Approval, ApprovalVerb } from '../../domain/approval/approval.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ApprovalBinding, Plan } from '../../domain/plan/plan.ts';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import type { DeploymentKind } from '../../domain/states.ts';
import type { LogRef, UnsignedRelease } from '../build/contract.ts';
export type { Approval, ApprovalVerb };
export interface SignReleaseInput {
    readonly service: ServiceName;
    readonly release: ReleaseNumber;
    readonly deployment: DeploymentNumber;
    readonly unsigned: UnsignedRelease;
    readonly spec: ServiceSpec;
    readonly log?: LogRef;
}
export type SignReleaseResult = {
    readonly outcome: 'signed';
    readonly placement: Placement;
} | {
    readonly outcome: 'refused';
    readonly reason: string;
};
export interface PlanDeploymentInput {
    readonly service: ServiceName;
    readonly deployment: DeploymentNumber;
    readonly release: ReleaseNumber;
    readonly kind: DeploymentKind;
    readonly askedBy: string | null;
}
export type PlanDeploymentResult = {
    readonly outcome: 'planned';
    readonly plan: Plan;
    readonly planDigest: Digest;
    readonly excluded: readonly string[];
    readonly previousRelease?: ReleaseNumber | null;
} | {
    readonly outcome: 'refused';
    readonly reason: string;
};
export interface VerifyApprovalInput {
    readonly token: string;
    readonly verb: ApprovalVerb;
    readonly binding: ApprovalBinding;
    readonly excluded: readonly string[];
}
export type VerifyApprovalResult = {
    readonly valid: true;
    readonly approval: Approval;
} | {
    readonly valid: false;
    readonly genuine: boolean;
    readonly reason: string;
};
export interface AdmitReleaseInput {
    readonly binding: ApprovalBinding;
    readonly askedBy: string | null;
    readonly approvals: readonly Approval[];
    readonly evidence: readonly {
        readonly kind: string;
        readonly digest: Digest | null;
        readonly detail: string;
        readonly url?: string | null;
    }[];
}
export type AdmitReleaseResult = {
    readonly outcome: 'admitted';
    readonly admission: string;
    readonly digest: Digest;
} | {
    readonly outcome: 'quorum-not-met';
    readonly reason: string;
} | {
    readonly outcome: 'refused';
    readonly reason: string;
};
export interface FindAdmissionInput {
    readonly service: ServiceName;
    readonly release: ReleaseNumber;
    readonly regions: readonly RegionName[];
}
export interface ReleaseActivities {
    signRelease(input: SignReleaseInput): Promise<SignReleaseResult>;
    planDeployment(input: PlanDeploymentInput): Promise<PlanDeploymentResult>;
    verifyApproval(input: VerifyApprovalInput): Promise<VerifyApprovalResult>;
    admitRelease(input: AdmitReleaseInput): Promise<AdmitReleaseResult>;
    findAdmission(input: FindAdmissionInput): Promise<{
        readonly admission: string | null;
    }>;
}
