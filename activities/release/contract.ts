import type { Approval, ApprovalVerb } from '../../domain/approval/approval.ts';
import type { BrokenGlass } from '../../domain/approval/break-glass.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { OwnChecks } from '../../domain/plan/own-checks.ts';
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
  /** What the build printed; the version before sends none. */
  readonly log?: LogRef;
}

export type SignReleaseResult =
  | { readonly outcome: 'signed'; readonly placement: Placement }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface PlanDeploymentInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly release: ReleaseNumber;
  readonly kind: DeploymentKind;
  /** Who asked for a release that existed; `null` for a merge. */
  readonly askedBy: string | null;
  /** Of its regions only these; absent: all of them. */
  readonly only?: readonly RegionName[] | undefined;
  /** Of a rollback: to a release from before the previous one. */
  readonly further?: boolean | undefined;
}

export type PlanDeploymentResult =
  | {
      readonly outcome: 'planned';
      readonly plan: Plan;
      readonly planDigest: Digest;
      /** Who may not approve it (`domain/approval/excluded.ts`). */
      readonly excluded: readonly string[];
      /** What the service runs; `null` before its first success. The version before doesn't say. */
      readonly previousRelease?: ReleaseNumber | null;
      /** The spec's own checks, when the release was never admitted: whoever didn't build and check it runs them first. */
      readonly ownChecks?: OwnChecks;
    }
  | { readonly outcome: 'refused'; readonly reason: string };

export interface VerifyApprovalInput {
  readonly token: string;
  readonly verb: ApprovalVerb;
  readonly binding: ApprovalBinding;
  /** Who may not approve it. Only checked for `approve`. */
  readonly excluded: readonly string[];
}

export type VerifyApprovalResult =
  | {
      readonly valid: true;
      readonly approval: Approval;
      /** Of `break-glass` only: what the person said. */
      readonly broken?: BrokenGlass;
    }
  | {
      readonly valid: false;
      /** `false`: the api never signed it, so that somebody is guessing. */
      readonly genuine: boolean;
      readonly reason: string;
    };

export interface AdmitReleaseInput {
  readonly binding: ApprovalBinding;
  /** As in `PlanDeploymentInput`. */
  readonly askedBy: string | null;
  readonly approvals: readonly Approval[];
  /** Who goes past these in an emergency; left out when nobody does. */
  readonly broken?: readonly BrokenGlass[];
  /** What else was agreed to: checks and their logs. */
  readonly evidence: readonly {
    readonly kind: string;
    readonly digest: Digest | null;
    readonly detail: string;
    /** Where people read more; the version before sends none. */
    readonly url?: string | null;
  }[];
}

export type AdmitReleaseResult =
  | { readonly outcome: 'admitted'; readonly admission: string; readonly digest: Digest }
  /** People have to be asked again: an approval has expired on its way here. */
  | { readonly outcome: 'quorum-not-met'; readonly reason: string }
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
