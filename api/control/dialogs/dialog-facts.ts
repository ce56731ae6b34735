import type { BegunHook } from '../../../domain/progress/hook-text.ts';
import type { Reversibility } from '../../../domain/hook/irreversible.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { LockRights } from '../../../domain/lane/lock-rules.ts';
import type { RegionName, ReleaseNumber, ServiceName, TeamName } from '../../../domain/names.ts';
import type { Durations } from '../../../domain/progress/durations.ts';
import type { Role } from '../../../domain/states.ts';
import type { Dialog } from '../../../protocol/api/dialog.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { DeploymentStatus } from '../../../workflows/messages/deployment.ts';
import type { StoredDeployment } from '../reads/projection.ts';

/** What the dialog of any verb on a service says something about. */
export interface ServiceDialogFacts {
  readonly service: ServiceName;
  readonly lane: Lane;
  readonly currentRelease: ReleaseNumber | null;
  readonly hosts: readonly ServiceHosts[];
  readonly took: Readonly<Record<'deploy' | 'rollback' | 'undo', Durations | null>>;
}

/** Of `lock` and `unlock`. */
export interface LockDialogFacts extends ServiceDialogFacts {
  readonly person: string;
  readonly rights: LockRights;
}

export interface DeploymentDialogFacts extends ServiceDialogFacts {
  readonly deployment: StoredDeployment;
  /** The lane is locked when it was undone. */
  readonly lockAfter: boolean;
  /** Of its release, and what of that has begun. */
  readonly hooks: Reversibility;
  readonly begunHooks: readonly BegunHook[];
}

/** Verbs that need a token: only the workflow knows what it has to name. */
export interface TokenDialogFacts extends DeploymentDialogFacts {
  readonly person: string;
  readonly roles: readonly Role[];
  readonly teams: readonly TeamName[];
  /** What an approval would be of now; `null` when nothing is to be approved. */
  readonly asked: NonNullable<DeploymentStatus['asked']> | null;
  readonly binding: ApprovalBinding | null;
  readonly excluded: readonly string[];
  /** Whose approvals count now; `undefined` when its workflow was not asked, or is of a version that doesn't say. */
  readonly approvedBy: readonly string[] | undefined;
  /** Of skip-region: which. */
  readonly region?: RegionName | undefined;
}

export interface DeployDialogFacts extends ServiceDialogFacts {
  readonly kind: 'rollout' | 'roll-forward';
  readonly plan: DeploymentPlan;
  /** The person knows that a later merge takes it back. */
  readonly althoughReverted?: boolean | undefined;
  /** Behind a lock or a freeze it waits. */
  readonly queue?: boolean | undefined;
  /** Who has frozen what it touches, and until when; left out or `null` when nobody has. */
  readonly frozen?: string | null | undefined;
}

export interface RollbackDialogFacts extends ServiceDialogFacts {
  /** What its lane runs; `null` when nothing moves. */
  readonly active: DeploymentDialogFacts | null;
  /** What runs again afterwards; `null` when nothing ran before. */
  readonly target: ReleaseNumber | null;
  /** Where it goes back: regions in which a deployment of the service was finished, as its plan takes them. */
  readonly regions: readonly RegionName[];
  /** A release or regions are named; `null` for what ran before, everywhere. */
  readonly named: { readonly further: boolean; readonly refused: string | null } | null;
}

/** What a verb would do, as people read it, and what of that is its meaning. */
export interface DialogText {
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly text: string }[];
  readonly keep: string;
  readonly confirm: string;
  readonly reason: 'required' | 'optional' | 'none';
  readonly refused: string | null;
  /** What it may wait for instead of being refused; left out for nothing. */
  readonly mayWaitFor?: Dialog['mayWaitFor'];
  /** What the person agrees to: no count and no time, which move by themselves. */
  readonly meaning: Readonly<Record<string, unknown>>;
}
