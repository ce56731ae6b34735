import type { Approval, ApprovalVerb } from '../../domain/approval/approval.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ApprovalBinding, Plan } from '../../domain/plan/plan.ts';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import type { DeploymentKind } from '../../domain/states.ts';
import type { UnsignedRelease } from '../build/contract.ts';

export type { Approval, ApprovalVerb };

export interface SignReleaseInput {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly deployment: DeploymentNumber;
  readonly unsigned: UnsignedRelease;
  readonly spec: ServiceSpec;
}

export type SignReleaseResult =
  | { readonly outcome: 'signed'; readonly placement: Placement }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface PlanDeploymentInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  readonly kind: DeploymentKind;
}

export type PlanDeploymentResult =
  | { readonly outcome: 'planned'; readonly plan: Plan; readonly planDigest: Digest }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface VerifyApprovalInput {
  readonly token: string;
  readonly verb: ApprovalVerb;
  readonly binding: ApprovalBinding;
  /** Author and pusher of the change: they may not approve it. Only checked for `approve`. */
  readonly excluded: readonly string[];
}

export type VerifyApprovalResult =
  { readonly valid: true; readonly approval: Approval } | { readonly valid: false; readonly reason: string };

export interface AdmitReleaseInput {
  readonly binding: ApprovalBinding;
  readonly approvals: readonly Approval[];
  /** What else was agreed to: checks and their logs. */
  readonly evidence: readonly { readonly kind: string; readonly digest: Digest | null; readonly detail: string }[];
}

export type AdmitReleaseResult =
  | { readonly outcome: 'admitted'; readonly admission: string; readonly digest: Digest }
  | { readonly outcome: 'refused'; readonly reason: string };

/** The admissions that already cover a release in these regions, as signed envelopes; empty when there is none. */
export interface FindAdmissionInput {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly regions: readonly RegionName[];
}

/** Queue `control`. The only place where build and admission keys are used. */
export interface ReleaseActivities {
  signRelease(input: SignReleaseInput): Promise<SignReleaseResult>;
  planDeployment(input: PlanDeploymentInput): Promise<PlanDeploymentResult>;
  verifyApproval(input: VerifyApprovalInput): Promise<VerifyApprovalResult>;
  admitRelease(input: AdmitReleaseInput): Promise<AdmitReleaseResult>;
  findAdmission(input: FindAdmissionInput): Promise<{ readonly admission: string | null }>;
}
