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
      if (answer.outcome === 'ended') {
        throw ApplicationFailure.nonRetryable(`${nameOf(ref)} has ended`, 'deployment-ended');
      }
      return answer;
    },

    async recordProgress(progress) {
      if ((await deployments.showProgress(progress)) === 'unknown') notRecorded(progress);
    },

    async recordPointOfNoReturn(ref) {
      if ((await deployments.markPointOfNoReturn(ref)) === 'unknown') notRecorded(ref);
    },

    async finishDeployment(end) {
      if ((await deployments.finish(end)) === 'unknown') notRecorded(end);
    },

    recordIntent: (intent) => regions.recordIntent(intent),
    recordObligation: (obligation) => regions.recordObligation(obligation),
    listObligations: (input) => regions.listObligations(input),
    settleObligation: (settled) => regions.settleObligation(settled),
  };
}

const nameOf = ({ service, deployment }: DeploymentRef): string => `deployment ${service}/${deployment}`;

/** Terminal: asking again won't bring the row. */
function notRecorded(ref: DeploymentRef): never {
  throw ApplicationFailure.nonRetryable(`there is no ${nameOf(ref)} in the central database`, 'not-recorded');
}
