import { outcomeSentence } from '../domain/progress/outcome.ts';
import { named } from '../domain/progress/plain-text.ts';
import type { Deployment } from '../protocol/api/deployment.ts';

/** How a deployment is, in one sentence: why it waits is more than that it does. */
export function stateSentence(deployment: Deployment): string {
  const { outcome, state, stage, waiting, reason } = deployment;
  if (outcome !== null) return outcomeSentence({ ...deployment, outcome });
  const where = stage === null ? state : `${state} ${stage}`;
  const why = waiting ?? reason;
  return why === null ? where : `${where}: ${why}`;
}

/** How far its regions are: those that are not done. */
export const regionsSentence = ({ regions }: Deployment): string =>
  named(
    regions
      .filter(({ state }) => state !== 'done')
      .map(({ region, state, hosts }) => `${region} ${state} ${hosts.healthy} of ${hosts.total}`),
  );
