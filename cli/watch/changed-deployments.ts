import type { Deployment, DeploymentSummary } from '../../protocol/api/deployment.ts';
import type { ApiClient } from '../api-client.ts';
import { everyPage } from '../every-page.ts';
import { standingSentence } from '../state-sentence.ts';
import type { StatusScope } from '../status.ts';

/**
 * Deployments that stand otherwise than they did, oldest first: what is open and new or changed, and how what is not open
 * any more ended.
 * @param known what was open before, by name
 */
export async function changedDeployments(
  client: ApiClient,
  { service }: Pick<StatusScope, 'service'>,
  known: ReadonlyMap<string, Deployment>,
  signal: AbortSignal,
): Promise<readonly Deployment[]> {
  const open = await everyPage((page) => {
    const query = { ...page, open: 'true' };
    return service === null
      ? client.call('listAllDeployments', { query, signal })
      : client.call('listDeployments', { path: { service }, query, signal });
  });
  const names = new Set(open.map(({ deployment }) => deployment));
  const gone = [...known.values()].filter(({ deployment }) => !names.has(deployment));
  const changed = open.filter((each) => !isAsBefore(each, known.get(each.deployment))).toReversed();
  return Promise.all(
    [...gone, ...changed].map(({ service: of, number }) =>
      client.call('showDeployment', { path: { service: of, deployment: number }, signal }),
    ),
  );
}

/** A record that changes nothing of how it stands would be told in the same words again. */
const isAsBefore = (now: DeploymentSummary, before: Deployment | undefined): boolean =>
  before !== undefined && standingSentence(now) === standingSentence(before);
