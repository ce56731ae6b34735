import type { ServiceSummary } from '../../protocol/api/service.ts';
import type { ApiClient } from '../api-client.ts';

/** A rollback or two may have come since. */
const mostLookedAt = 10;

/**
 * The commit that was merged last into each service, whatever became of it, as a push of a code review starts there: among
 * its last deployments.
 */
export async function newestMerges(
  client: Pick<ApiClient, 'call'>,
  services: readonly Pick<ServiceSummary, 'service'>[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const commits = await Promise.all(services.map(({ service }) => newestMerge(client, service, signal)));
  return commits.filter((commit) => commit !== null);
}

async function newestMerge(
  client: Pick<ApiClient, 'call'>,
  service: ServiceSummary['service'],
  signal: AbortSignal,
): Promise<string | null> {
  const { items } = await client.call('listDeployments', { path: { service }, query: { limit: mostLookedAt }, signal });
  for (const { number } of items) {
    const { source } = await client.call('showDeployment', { path: { service, deployment: number }, signal });
    if (source.from === 'merge') return source.commit;
  }
  return null;
}
