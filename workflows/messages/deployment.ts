import type { Approval } from '../../domain/approval/approval.ts';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { MergeSource, PersonSource } from '../../activities/lane/contract.ts';
import type { RegionProgress } from '../../activities/deployment-record/contract.ts';
import type { SourceRef } from '../../activities/build/contract.ts';
import type { DeploymentNumber, Digest, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { ApprovalBinding } from '../../domain/plan/plan.ts';
import type { ShownApprovals } from '../../domain/progress/why-facts.ts';
import type { ApprovePolicy } from '../../domain/spec/service-spec.ts';
import type { DeploymentKind, DeploymentOutcome, DeploymentState } from '../../domain/states.ts';
import type { Sending } from './lane.ts';

/** `deployment:checkout:87`. The name of a service holds no colon. */
export const deploymentWorkflowId = (service: ServiceName, deployment: DeploymentNumber): string =>
  `deployment:${service}:${deployment}`;

export interface DeploymentInput {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  /** Where to build from; `null` when the release exists already. */
  readonly build: SourceRef | null;
  readonly source: MergeSource | PersonSource;
  /** For `verify` and `checks` of a release that exists. */
  readonly checkout: SourceRef;
  readonly traceparent: string | null;
  /** It asks the fleet before it begins; the version before started none that do. */
  readonly asksFleet?: boolean;
}

export interface DeploymentResult {
  readonly outcome: DeploymentOutcome;
  readonly reason: string;
  readonly pending: readonly RegionName[];
}

/** What a person sends. `by` is the signed-in person; a bare signal from Temporal's own tools names itself. */
export interface PersonMessage {
  readonly by: string;
  readonly reason: string;
}

export interface AbortMessage extends PersonMessage {
  /** Leave hosts where they are instead of undoing. */
  readonly hold: boolean;
}

export interface TokenMessage extends Sending {
  /** Signed approval token (docs/architecture.md). */
  readonly token: string;
}

/** Ends the rest of a bake. */
export interface PromoteMessage extends TokenMessage {
  readonly reason: string;
}

/** Goes on without a region; the token is for that very one. */
export interface SkipRegionMessage extends PromoteMessage {
  readonly region: RegionName;
}

/**
 * What a message did: refused messages never change anything. A refusal that says of which sending it is was for that
 * moment, as where the token could not be verified: what is sent again may be taken.
 */
export interface MessageAnswer extends Sending {
  readonly accepted: boolean;
  /** `approved by mo, 1 of 1`, or why not. */
  readonly message: string;
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly stage: string | null;
  readonly paused: boolean;
  readonly held: boolean;
  readonly waiting: string | null;
  readonly planDigest: Digest | null;
  /** What an approval token must be bound to; `null` before the plan exists. */
  readonly binding: ApprovalBinding | null;
  /** Who may not approve it; empty before the plan exists. */
  readonly excluded: readonly string[];
  readonly approvals: ShownApprovals | null;
  /** Whose approvals count now, each person once; the version before doesn't say. */
  readonly approvedBy?: readonly string[] | undefined;
  /** What an approval would be of now: what its token names, whose would count, who goes past it; `null` when nothing is. */
  readonly asked?:
    | {
        readonly stage: string | null;
        readonly binding: ApprovalBinding;
        readonly policy: ApprovePolicy;
        readonly brokenBy: readonly string[];
        /** Those that count now; the version before doesn't say. */
        readonly approvals?: readonly Approval[];
      }
    | null
    | undefined;
  /** What tokens of these verbs have to name now; the version before binds them to the plan only. */
  readonly waits?: { readonly resume: string | null; readonly 'end-undo': string | null } | undefined;
  /** Why no token is looked at any more; `null` while they are. The version before doesn't say. */
  readonly shut?: string | null | undefined;
  readonly regions: readonly RegionProgress[];
  /** Grows with every accepted message of a person. */
  readonly controlRevision: number;
}

export const approveUpdate = defineUpdate<MessageAnswer, [TokenMessage]>('approve');
/** Its token holds the reason and the incident. */
export const breakGlassUpdate = defineUpdate<MessageAnswer, [TokenMessage]>('breakGlass');
export const rejectUpdate = defineUpdate<MessageAnswer, [PersonMessage]>('reject');
export const pauseUpdate = defineUpdate<MessageAnswer, [PersonMessage]>('pause');
export const resumeUpdate = defineUpdate<MessageAnswer, [TokenMessage]>('resume');
export const abortUpdate = defineUpdate<MessageAnswer, [AbortMessage]>('abort');
export const promoteUpdate = defineUpdate<MessageAnswer, [PromoteMessage]>('promote');
export const skipRegionUpdate = defineUpdate<MessageAnswer, [SkipRegionMessage]>('skipRegion');
export const endUndoUpdate = defineUpdate<MessageAnswer, [TokenMessage]>('endUndo');

/** The same by signal, so that Temporal's Web UI and CLI are enough. A bare token string is accepted too. */
export const approveSignal = defineSignal<[TokenMessage | string]>('approve');
export const breakGlassSignal = defineSignal<[TokenMessage | string]>('breakGlass');
export const rejectSignal = defineSignal<[Partial<PersonMessage>?]>('reject');
export const pauseSignal = defineSignal<[Partial<PersonMessage>?]>('pause');
export const resumeSignal = defineSignal<[TokenMessage | string]>('resume');
export const abortSignal = defineSignal<[Partial<AbortMessage>?]>('abort');
export const promoteSignal = defineSignal<[PromoteMessage]>('promote');
export const skipRegionSignal = defineSignal<[SkipRegionMessage]>('skipRegion');
export const endUndoSignal = defineSignal<[TokenMessage | string]>('endUndo');

export const statusQuery = defineQuery<DeploymentStatus>('status');
