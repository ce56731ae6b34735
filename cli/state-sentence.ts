import { outcomeSentence } from '../domain/progress/outcome.ts';
import { named } from '../domain/progress/plain-text.ts';
import { deploymentShown } from '../domain/progress/shown-state.ts';
import type { Deployment, DeploymentSummary } from '../protocol/api/deployment.ts';

/** How a deployment is, in one sentence. */
export function stateSentence(deployment: Deployment): string {
  const { outcome } = deployment;
  return outcome === null ? standingSentence(deployment) : outcomeSentence({ ...deployment, outcome });
}

/** Of one that has not ended: why it waits is more than that it does, and says itself that it is paused or held. */
export function standingSentence(deployment: DeploymentSummary): string {
  const { state, stage, waiting, reason } = deployment;
  const why = waiting ?? reason;
  const word = why === null ? deploymentShown(deployment).word : state;
  return `${stage === null ? word : `${word} ${stage}`}${why === null ? '' : `: ${why}`}`;
}

/** How far its regions are: those that are not done. */
export const regionsSentence = ({ regions }: Deployment): string =>
  named(
    regions
      .filter(({ state }) => state !== 'done')
      .map(({ region, state, hosts }) => `${region} ${state} ${hosts.healthy} of ${hosts.total}`),
  );
