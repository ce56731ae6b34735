/**
 * Deployments in flight are pinned to the version of workflows that they began on, while activities, lanes and the api are
 * today's. So today's activities take what the version before hands them and answer in its words, and messages are
 * understood in both directions. A lane goes over to today's code with what it was answered before. The compiler holds it:
 * an error below names what breaks it.
 */
import type { BuildActivities } from '../../activities/build/contract.ts';
import type { DeploymentRecordActivities } from '../../activities/deployment-record/contract.ts';
import type { FleetActivities } from '../../activities/fleet/contract.ts';
import type { GateActivities } from '../../activities/gates/contract.ts';
import type { GoalActivities, UrgentGoalActivities } from '../../activities/goals/contract.ts';
import type { LaneActivities } from '../../activities/lane/contract.ts';
import type { RecoveryActivities } from '../../activities/recovery/contract.ts';
import type { ReleaseActivities } from '../../activities/release/contract.ts';
import type { ReplicationActivities } from '../../activities/replication/contract.ts';
import type * as deploymentMessages from '../../workflows/messages/deployment.ts';
import type * as fleetMessages from '../../workflows/messages/fleet.ts';
import type * as laneMessages from '../../workflows/messages/lane.ts';
import type * as recoveryMessages from '../../workflows/messages/recovery.ts';
import type * as regionMessages from '../../workflows/messages/region.ts';
import type { Misread, MisreadButRoles, Misunderstood, None } from './compatible.ts';
import type { BuildActivities as EarlierBuild } from './earlier/activities/build/contract.ts';
import type { DeploymentRecordActivities as EarlierRecord } from './earlier/activities/deployment-record/contract.ts';
import type { FleetActivities as EarlierFleet } from './earlier/activities/fleet/contract.ts';
import type { GateActivities as EarlierGates } from './earlier/activities/gates/contract.ts';
import type {
  GoalActivities as EarlierGoals,
  UrgentGoalActivities as EarlierUrgentGoals,
} from './earlier/activities/goals/contract.ts';
import type { LaneActivities as EarlierLane } from './earlier/activities/lane/contract.ts';
import type { RecoveryActivities as EarlierRecovery } from './earlier/activities/recovery/contract.ts';
import type { ReleaseActivities as EarlierRelease } from './earlier/activities/release/contract.ts';
import type { ReplicationActivities as EarlierReplication } from './earlier/activities/replication/contract.ts';
import type * as earlierDeploymentMessages from './earlier/workflows/messages/deployment.ts';
import type * as earlierFleetMessages from './earlier/workflows/messages/fleet.ts';
import type * as earlierLaneMessages from './earlier/workflows/messages/lane.ts';
import type * as earlierRecoveryMessages from './earlier/workflows/messages/recovery.ts';
import type * as earlierRegionMessages from './earlier/workflows/messages/region.ts';

type Activities = BuildActivities &
  DeploymentRecordActivities &
  FleetActivities &
  GateActivities &
  GoalActivities &
  UrgentGoalActivities &
  RecoveryActivities &
  ReleaseActivities &
  ReplicationActivities;
type EarlierActivities = EarlierBuild &
  EarlierRecord &
  EarlierFleet &
  EarlierGates &
  EarlierGoals &
  EarlierUrgentGoals &
  EarlierRecovery &
  EarlierRelease &
  EarlierReplication;

/** What a deployment of the version before asks of activities. */
export const activitiesNotUnderstood: None<Misunderstood<EarlierActivities, Activities>> = 'none';
export const activityAnswersNotUnderstood: None<Misread<Omit<EarlierActivities, AboutRoles>, Activities>> = 'none';
export const answersAboutRolesNotUnderstood: None<MisreadButRoles<Pick<EarlierActivities, AboutRoles>, Activities>> =
  'none';
type AboutRoles = 'planDeployment' | 'verifyApproval' | 'takeOverDeployment' | 'buildRelease';

/** What a lane asked before it went over to today's code, and what it was answered. */
export const laneActivitiesNotUnderstood: None<Misunderstood<EarlierLane, LaneActivities>> = 'none';
export const laneAnswersNotUnderstood: None<Misread<LaneActivities, EarlierLane>> = 'none';

/** What the fleet asked before it went over to today's code, and what it was answered. */
export const fleetActivitiesNotUnderstood: None<Misunderstood<EarlierFleet, FleetActivities>> = 'none';
export const fleetAnswersNotUnderstood: None<Misread<FleetActivities, EarlierFleet>> = 'none';

/** What the api and lanes of today send to a deployment of the version before, and what they make of its answers. */
type EarlierDeployment = typeof earlierDeploymentMessages;
type Deployment = typeof deploymentMessages;
type SentToDeployments = Extract<keyof EarlierDeployment, `${string}${'Update' | 'Signal' | 'Query'}`>;
export const messagesNotUnderstood: None<
  Misunderstood<Pick<Deployment, SentToDeployments>, Pick<EarlierDeployment, SentToDeployments>>
> = 'none';
export const messageAnswersNotUnderstood: None<
  Misread<Pick<Deployment, SentToDeployments>, Pick<EarlierDeployment, SentToDeployments>>
> = 'none';

/** What a deployment or an api of the version before sends to a lane, and what a lane carried over from its last history. */
type EarlierLaneMessages = typeof earlierLaneMessages;
type SentToLanes = Extract<keyof EarlierLaneMessages, `${string}${'Update' | 'Signal' | 'Query'}`>;
export const laneMessagesNotUnderstood: None<
  Misunderstood<Pick<EarlierLaneMessages, SentToLanes>, typeof laneMessages>
> = 'none';
export const carriedLane = (earlier: earlierLaneMessages.LaneInput): laneMessages.LaneInput => earlier;

/** What deployments and an api of the version before say to the fleet, and what it carried over from its last history. */
type EarlierFleetMessages = typeof earlierFleetMessages;
type FleetMessages = typeof fleetMessages;
type ToDeployments = 'passSignal' | 'fleetAnswerSignal';
type SentToFleet = Exclude<Extract<keyof EarlierFleetMessages, `${string}${'Signal' | 'Query'}`>, ToDeployments>;
export const fleetMessagesNotUnderstood: None<Misunderstood<Pick<EarlierFleetMessages, SentToFleet>, FleetMessages>> =
  'none';
export const fleetQueriesNotUnderstood: None<Misread<Pick<EarlierFleetMessages, SentToFleet>, FleetMessages>> = 'none';
export const carriedFleet = (earlier: earlierFleetMessages.FleetInput): fleetMessages.FleetInput => earlier;

/** What the fleet and the api of today say to a deployment of the version before. */
export const fromFleetNotUnderstood: None<
  Misunderstood<Pick<FleetMessages, ToDeployments>, Pick<EarlierFleetMessages, ToDeployments>>
> = 'none';

/** A recovery of today ends the undo of a region that a deployment of the version before began. All else in a region is of one version. */
export const toRegionsNotUnderstood: None<
  Misunderstood<
    Pick<typeof regionMessages, 'endRegionUndoSignal'>,
    Pick<typeof earlierRegionMessages, 'endRegionUndoSignal'>
  >
> = 'none';

/** Whoever starts a workflow may be of the version before, beside which today's is the current one: or the other way round, where it went back. */
type Starts<Deployment, Recovery> = readonly [Deployment, Recovery];
export const startedByEarlier = (
  earlier: Starts<earlierDeploymentMessages.DeploymentInput, earlierRecoveryMessages.RecoveryInput>,
): Starts<deploymentMessages.DeploymentInput, recoveryMessages.RecoveryInput> => earlier;
export const startedOnEarlier = (
  today: Starts<deploymentMessages.DeploymentInput, recoveryMessages.RecoveryInput>,
): Starts<earlierDeploymentMessages.DeploymentInput, earlierRecoveryMessages.RecoveryInput> => today;
/** A schedule keeps what it was made with. */
export const scheduledByEarlier = (earlier: earlierRegionMessages.ReconcileInput): regionMessages.ReconcileInput =>
  earlier;
