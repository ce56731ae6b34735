import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DeploymentRequest, LaneLock, OpenDeployment, OpenRefusal } from '../../activities/lane/contract.ts';
import type { MakesWay } from '../../domain/lane/hotfix.ts';
import type { LockRights } from '../../domain/lane/lock-rules.ts';
import type { PendingRollback } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import type { DeploymentKind, DeploymentOutcome } from '../../domain/states.ts';
import { controlQueue } from './queues.ts';

/** `lane:checkout` */
export const laneWorkflowId = (service: ServiceName): string => `lane:${service}`;

export interface LaneInput {
  readonly service: ServiceName;
  /** `null` starts a fresh lane, which reads Postgres before it accepts anything. */
  readonly carried: LaneCarried | null;
  /** After so many updates it goes on in a new history; absent in lanes that were started before it was chosen here. */
  readonly maxUpdates?: number;
}

/**
 * Temporal takes 2,000 updates a run and suggests a new one at some 800 of them. A quarter of that keeps a history short
 * for who reads it, and a lane that a worker has to replay is back at once.
 */
export const updatesPerHistory = 200;

/** How a lane is opened, by whoever needs it first; one that is open is left as it is. */
export const laneStart = (service: ServiceName) => ({
  workflowId: laneWorkflowId(service),
  taskQueue: controlQueue,
  args: [{ service, carried: null, maxUpdates: updatesPerHistory }] satisfies [LaneInput] as [LaneInput],
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  staticSummary: `lane of ${service}`,
});

/** What a lane takes along into its next history. */
export interface LaneCarried extends LaneStatus {
  readonly rollback: PendingRollback | null;
  /** Answers to the newest messages, oldest first: Temporal knows update ids in one run only. */
  readonly recent: readonly RecentAnswer[];
}

/**
 * What a handler refuses is the answer of its Update id for as long as the run lasts, though the lane may take the message
 * by then. So who sends it says which sending this is, and a refusal says of which one it is: of another, it is sent again.
 */
export interface Sending {
  /** Unlike that of any other. Absent in Temporal's own tools. */
  readonly sent?: string;
}

/** Of what is refused; nothing where the message says nothing. */
export const refusalOf = ({ sent }: Sending): Sending => (typeof sent === 'string' ? { sent } : {});

/** `key` is the message's idempotency key. Refusals are not kept: the same message may be taken later. */
export type RecentAnswer = { readonly key: string } & (
  | { readonly verb: 'submit'; readonly answer: Accepted }
  | { readonly verb: 'rollback'; readonly answer: RollbackAnswer }
  | { readonly verb: 'hotfix'; readonly answer: Exclude<HotfixAnswer, { readonly outcome: 'refused' }> }
  | { readonly verb: 'withdraw'; readonly deployment: DeploymentNumber }
  | { readonly verb: 'lock' | 'unlock' }
);

export interface LaneStatus {
  readonly lock: LaneLock | null;
  readonly active: OpenDeployment | null;
  readonly queue: readonly OpenDeployment[];
  /** Why nothing starts until a person or `recovery` has acted; `null` when nothing is wrong. */
  readonly held: string | null;
}

export interface SubmitMessage extends Sending {
  readonly request: DeploymentRequest;
  /** A merge always queues; a person's deploy on a locked lane is refused unless this is set. */
  readonly queueWhenLocked: boolean;
}

export interface Accepted {
  readonly outcome: 'accepted' | 'repeated';
  readonly deployment: DeploymentNumber;
  /** Of that deployment: another than was asked for when the key was used for another request before. */
  readonly release: ReleaseNumber;
  readonly kind: DeploymentKind;
  /** Deployments before it, the active one included. */
  readonly ahead: number;
  readonly lock: LaneLock | null;
  /** What waited and has ended: it brings a newer commit, or takes back what they bring. Absent when that is nothing. */
  readonly superseded?: readonly DeploymentNumber[];
}

export type SubmitAnswer =
  | Accepted
  | (Sending & { readonly outcome: 'refused'; readonly code: 'lane-locked' | OpenRefusal; readonly message: string });

export interface LaneMessage extends Sending {
  readonly by: string;
  readonly reason: string;
  /** Idempotency key of the request. */
  readonly key: string;
}

/** Of `lock` and `unlock`. */
export interface LockMessage extends LaneMessage {
  /** Of `lock`: when the lane opens by itself, RFC 3339; absent or `null` keeps it shut until somebody opens it. */
  readonly until?: string | null;
  /** What the person may do, as the api found out. Absent in Temporal's own tools: who can use those may open any lane. */
  readonly rights?: LockRights;
}

/** `refused`: why this person may not open it. */
export type UnlockAnswer = LaneStatus & Sending & { readonly refused?: string };

/** Takes a deployment out of the queue that has not begun. */
export interface WithdrawMessage extends LaneMessage {
  readonly deployment: DeploymentNumber;
}

export type WithdrawAnswer =
  { readonly outcome: 'withdrawn' } | (Sending & { readonly outcome: 'refused'; readonly message: string });

export interface RollbackMessage extends LaneMessage {
  /** A release that ran before; absent: the previous one. */
  readonly to?: ReleaseNumber;
  /** Of the regions only these; absent: all of them. */
  readonly regions?: readonly RegionName[];
  readonly traceparent: string | null;
}

export type RollbackAnswer =
  | { readonly outcome: 'undoing'; readonly deployment: DeploymentNumber }
  | { readonly outcome: 'accepted' | 'repeated'; readonly deployment: DeploymentNumber }
  | (Sending & {
      readonly outcome: 'refused';
      readonly code: 'nothing-to-roll-back-to' | 'refused';
      readonly message: string;
    });

/** A release before all that waits but rollbacks, and what is active out of its way. */
export interface HotfixMessage extends LaneMessage {
  readonly release: ReleaseNumber;
  /** What is active leaves its hosts where they are, instead of undoing. */
  readonly hold: boolean;
  readonly althoughReverted?: boolean;
  readonly traceparent: string | null;
}

export type HotfixAnswer =
  | {
      readonly outcome: 'accepted' | 'repeated';
      readonly deployment: DeploymentNumber;
      /** What makes way for it, and how; `null` when nothing has to. */
      readonly active: { readonly deployment: DeploymentNumber; readonly how: MakesWay['how'] } | null;
      readonly lock: LaneLock | null;
      /** As of a submission. */
      readonly superseded?: readonly DeploymentNumber[];
    }
  | (Sending & { readonly outcome: 'refused'; readonly code: OpenRefusal; readonly message: string });

export const hotfixUpdate = defineUpdate<HotfixAnswer, [HotfixMessage]>('hotfix');
export const submitUpdate = defineUpdate<SubmitAnswer, [SubmitMessage]>('submit');
export const rollbackUpdate = defineUpdate<RollbackAnswer, [RollbackMessage]>('rollback');
export const withdrawUpdate = defineUpdate<WithdrawAnswer, [WithdrawMessage]>('withdraw');
export const lockUpdate = defineUpdate<LaneStatus, [LockMessage]>('lock');
export const unlockUpdate = defineUpdate<UnlockAnswer, [LockMessage]>('unlock');

/** Sent by a deployment that has recorded its outcome: only a hint to look now, the lane asks on a timer too. */
export const deploymentEndedSignal =
  defineSignal<[{ readonly deployment: DeploymentNumber; readonly outcome: DeploymentOutcome }]>('deploymentEnded');

/** From whoever keeps lanes open, when something may start and does not: the lane looks what Postgres has opened. */
export const lookSignal = defineSignal('look');

export const laneQuery = defineQuery<LaneStatus>('lane');
