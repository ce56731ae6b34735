import { ApplicationFailure } from '@temporalio/activity';
import { goBack } from '../../domain/history/go-back.ts';
import { rollbackHistory, type Finishing } from '../../domain/history/rollback-history.ts';
import type { DeploymentEnd, LaneActivities } from './contract.ts';
import { startOf } from './deployment-start.ts';
import type { DeploymentWorkflows } from './deployment-workflows.ts';
import type { DeploymentRef, LaneRecords, StoredDeployment } from './lane-records.ts';

export interface LaneDependencies {
  readonly records: LaneRecords;
  readonly workflows: DeploymentWorkflows;
}

/** What a lane must keep although Temporal forgets. A row that isn't there is terminal: asking again won't bring it. */
export function createLaneActivities({ records, workflows }: LaneDependencies): LaneActivities {
  const start = async (deployment: StoredDeployment): Promise<void> => {
    const { runId, isNew } = await workflows.start(startOf(deployment));
    // One that ran before may have been reset since: the run that was noted first is the right one.
    if (runId !== null && (isNew || deployment.runId === null)) await records.noteRun(deployment, runId);
  };
  const stored = async (ref: DeploymentRef): Promise<StoredDeployment> =>
    (await records.read(ref)) ?? absent(nameOf(ref));

  return {
    loadLane: async ({ service }) => (await records.readLane(service)) ?? absent(`service ${service}`),

    openDeployment: (request) => records.open(request),

    async startDeployment(ref) {
      // Claimed first, so that a start that is cut off in the middle can't be cancelled meanwhile: it is started again.
      const claim = await records.claimStart(ref);
      if (claim === 'unknown') absent(nameOf(ref));
      // One that runs already is this request's own: the id is its number, and the number's row names the request.
      if (claim === 'claimed') await start(await stored(ref));
      return { started: claim === 'claimed' };
    },

    async describeDeployment(ref): Promise<DeploymentEnd> {
      // In this order: an outcome recorded before the workflow closed can't be missed.
      const workflow = await workflows.find(ref);
      const deployment = await stored(ref);
      const { outcome, reach, hooked, ends, started, underWay } = deployment;
      const standing = { outcome, reach, ...(hooked && { hooked }), ...(ends && { ends }) };
      if (outcome !== null) return { state: 'ended', ...standing };
      if (workflow.state === 'absent' && started && !underWay && reach === 'untouched') {
        // Claimed, and cut off before Temporal heard of it.
        await start(deployment);
        return { state: 'running', ...standing };
      }
      if (!started) return { state: 'queued', ...standing };
      if (isCarried(deployment, workflow)) return { state: 'running', ...standing };
      await workflows.recover(ref);
      return { state: 'recovering', ...standing };
    },

    async cancelDeployment({ service, deployment, by, reason }) {
      const ref = { service, deployment };
      const result = await records.cancel(ref, by, reason);
      if (result === 'unknown') absent(nameOf(ref));
      if (result === 'started') {
        throw ApplicationFailure.nonRetryable(
          `${nameOf(ref)} has started: it is aborted, not cancelled`,
          'deployment-started',
        );
      }
    },

    recordLock: async (change) => (await records.changeLock(change)) ?? absent(`service ${change.service}`),

    recordRollback: ({ service, of, rollback, refused }) => records.keepRollback(service, of, rollback, refused),

    async findRollbackTarget({ service, finishing, ...asked }) {
      const history = await records.readHistory(service);
      const ending = finishing === undefined ? null : await stored({ service, deployment: finishing });
      const back = goBack(rollbackHistory(history, ending && finishingOf(ending)), asked);
      return back.refused === undefined ? back : { ...back, refused: `${service}${back.refused}` };
    },
  };
}

const finishingOf = ({ kind, release, source, outcome }: StoredDeployment): Finishing => ({
  kind,
  release,
  isRecorded: outcome !== null,
  regions: source.from === 'person' ? source.regions : undefined,
});

/**
 * Whether its own workflow still carries it. A run that somebody made by a reset knows less than what was done already: it
 * is no better than one that was terminated.
 */
const isCarried = ({ runId }: StoredDeployment, found: Awaited<ReturnType<DeploymentWorkflows['find']>>): boolean =>
  found.state === 'running' && (runId === null || found.runId === runId);

const nameOf = ({ service, deployment }: DeploymentRef): string => `deployment ${service}/${deployment}`;

function absent(what: string): never {
  throw ApplicationFailure.nonRetryable(`there is no ${what} in the central database`, 'not-recorded');
}
