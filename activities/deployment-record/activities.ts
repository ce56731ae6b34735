import { ApplicationFailure } from '@temporalio/activity';
import type { DeploymentRecordActivities } from './contract.ts';
import type { DeploymentRef } from '../lane/lane-records.ts';
import type { DeploymentRecords } from './deployment-records.ts';
import type { RegionRecords } from './region-records.ts';

export interface DeploymentRecordDependencies {
  readonly deployments: DeploymentRecords;
  readonly regions: RegionRecords;
}

/** The projection that people read, and what the centre must remember of a deployment. */
export function createDeploymentRecordActivities(
  dependencies: DeploymentRecordDependencies,
): DeploymentRecordActivities {
  const { deployments, regions } = dependencies;
  return {
    async holdService(ref) {
      const answer = await deployments.hold(ref);
      if (answer.outcome === 'unknown') return notRecorded(ref);
      return answer.outcome === 'ended' ? hasEnded(ref) : answer;
    },

    async recordProgress(progress) {
      if ((await deployments.showProgress(progress)) === 'unknown') notRecorded(progress);
    },

    async recordPointOfNoReturn(ref) {
      if ((await deployments.markPointOfNoReturn(ref)) === 'unknown') notRecorded(ref);
    },

    async recordBrokenGlass(glass) {
      if ((await deployments.markBrokenGlass(glass)) === 'unknown') notRecorded(glass);
    },

    async finishDeployment(end) {
      const finished = await deployments.finish(end);
      if (finished === 'unknown') notRecorded(end);
      if (finished === 'incomplete') {
        throw ApplicationFailure.nonRetryable(
          `the end of ${nameOf(end)} comes from a run that was reset, or says nothing of a region that has heard of it`,
          'end-incomplete',
        );
      }
    },

    async recordIntent(intent) {
      const recorded = await regions.recordIntent(intent);
      return recorded === 'ended' ? hasEnded(intent) : recorded;
    },
    recordObligation: (obligation) => regions.recordObligation(obligation),
    listObligations: (input) => regions.listObligations(input),
    settleObligation: (settled) => regions.settleObligation(settled),
  };
}

const nameOf = ({ service, deployment }: DeploymentRef): string => `deployment ${service}/${deployment}`;

function hasEnded(ref: DeploymentRef): never {
  throw ApplicationFailure.nonRetryable(`${nameOf(ref)} has ended`, 'deployment-ended');
}

/** Terminal: asking again won't bring the row. */
function notRecorded(ref: DeploymentRef): never {
  throw ApplicationFailure.nonRetryable(`there is no ${nameOf(ref)} in the central database`, 'not-recorded');
}
