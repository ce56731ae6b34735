/** What each activity of the queue `control` does, in the words of Temporal's Web UI. */
import type { DeploymentRecordActivities } from '../../activities/deployment-record/contract.ts';
import type { FleetActivities } from '../../activities/fleet/contract.ts';
import type { DeploymentRequest, LaneActivities } from '../../activities/lane/contract.ts';
import type { RecoveryActivities } from '../../activities/recovery/contract.ts';
import type { ReleaseActivities } from '../../activities/release/contract.ts';
import { recurrenceText } from '../../domain/calendar/recurrence-text.ts';
import type { DeploymentNumber, ReleaseNumber, ServiceName } from '../../domain/names.ts';
import { goalStepText } from '../../domain/progress/goal-step-text.ts';
import { named } from '../../domain/progress/plain-text.ts';
import type { Words } from './in-words.ts';

interface Numbered {
  readonly service: ServiceName;
  readonly deployment: DeploymentNumber;
}
interface Released {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
}

const nameOf = ({ service, deployment }: Numbered): string => `${service}/${deployment}`;
const releaseOf = ({ service, release }: Released): string => `${service}@${release}`;

export const recordWords: Words<DeploymentRecordActivities> = {
  holdService: (held) => `${nameOf(held)} takes hold of ${held.service}`,
  recordProgress: ({ message }) => message,
  recordIntent: ({ region, step }) => `written down before ${region} hears it: ${goalStepText(step)}`,
  recordPointOfNoReturn: (finished) => `point of no return: ${nameOf(finished)} can't be aborted any more`,
  recordBrokenGlass: ({ broken }) => `glass was broken by ${named(broken.map(({ person }) => person))}`,
  recordObligation: ({ region, kind, reason }) => `${region} owes ${kind}: ${reason}`,
  finishDeployment: (ended) =>
    `${nameOf(ended)} ends: ${ended.outcome}${ended.reason === '' ? '' : `: ${ended.reason}`}`,
  listObligations: ({ region }) => `what ${region} owes`,
  settleObligation: (owed) => `${owed.region} no longer owes ${owed.kind} of ${nameOf(owed)}: ${owed.settlement}`,
};

export const laneWords: Words<LaneActivities> = {
  loadLane: ({ service }) => `how the lane of ${service} stood`,
  openDeployment: (request) => `a number for the ${request.kind} ${asked(request)}`,
  startDeployment: (started) => `starts ${nameOf(started)}`,
  describeDeployment: (active) => `asks how ${nameOf(active)} stands`,
  cancelDeployment: (withdrawn) => `takes ${nameOf(withdrawn)} out of the queue: ${withdrawn.reason}`,
  recordLock: ({ service, lock, by, reason }) =>
    `${by} ${lock === null ? 'opens' : 'locks'} the lane of ${service}${reason === '' ? '' : `: ${reason}`}`,
  recordRollback: ({ service, of, rollback, refused }) =>
    rollback === null
      ? `the rollback of ${service}/${of} is ${refused === undefined ? 'seen to' : `not done: ${refused.reason}`}`
      : `keeps that ${service}/${of} is rolled back, for ${rollback.by}`,
  findRollbackTarget: ({ service }) => `which release ${service} goes back to`,
};

const asked = ({ service, source }: DeploymentRequest): string =>
  source.from === 'merge'
    ? `of ${source.commit.slice(0, 12)}, merged by ${source.pusher}`
    : `to ${releaseOf({ service, release: source.release })} that ${source.person} asks for`;

export const fleetWords: Words<FleetActivities> = {
  takeFleetTurn: ({ asks, looksAfterHolders }) =>
    `who may deploy now${asks.length === 0 ? '' : `; ${named(asks.map(nameOf))} asked`}${looksAfterHolders ? '; who is gone' : ''}`,
  lookAtWindow: ({ service, window }) => `whether the window of ${service} is open: ${recurrenceText(window)}`,
};

export const releaseWords: Words<ReleaseActivities> = {
  signRelease: (built) => `signs ${releaseOf(built)}`,
  planDeployment: (planned) => `plans where ${releaseOf(planned)} goes, and in which batches`,
  verifyApproval: ({ verb }) => `who signed the token to ${verb}, and whether it counts`,
  admitRelease: ({ binding: { service, release, regions } }) =>
    `admits ${releaseOf({ service, release: release.number })} to ${named(regions)}`,
  findAdmission: (known) => `whether ${releaseOf(known)} was admitted before`,
};

export const recoveryWords: Words<RecoveryActivities> = {
  takeOverDeployment: (lost) => `closes what still runs of ${nameOf(lost)}, and reads how far it had come`,
  followRegionUndo: ({ region, ...of }) => `waits for the undo of ${nameOf(of)} in ${region}, which was begun before`,
};
