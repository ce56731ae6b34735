import { kindText } from '../../domain/progress/kind-text.ts';
import { clockTime, digits, lasted } from '../../domain/progress/plain-text.ts';
import { deploymentStates, type DeploymentState } from '../../domain/states.ts';
import type { DeploymentSummary } from '../../protocol/api/deployment.ts';
import type { Release } from '../../protocol/api/release.ts';
import type { ServiceSummary } from '../../protocol/api/service.ts';
import { everyPage } from '../every-page.ts';
import type { Session } from '../session.ts';
import { sizeText } from '../size-text.ts';
import { deploymentMark, laneText } from '../status-text.ts';
import { UsageError } from '../usage-error.ts';
import type { Listing, ListFlags } from './listing.ts';
import { readPage } from './read-page.ts';

export const servicesListing: Listing<ServiceSummary> = {
  document: 'list-services',
  takes: ['limit', 'cursor'],
  read: ({ client, interrupted: signal }, flags) =>
    readPage(flags, (query) => client.call('listServices', { query, signal })),
  heading: ['service', 'runs', 'moves', 'lane', 'repository', 'owners'],
  cellsOf: ({ service, currentRelease, active, lane, repository, owners }) => [
    service,
    currentRelease === null ? '–' : `@${currentRelease}`,
    active === null ? '–' : `${active.deployment} ${deploymentMark(active)}`,
    laneText(lane),
    repository,
    owners.join(', '),
  ],
  none: 'no service yet; add one: slipway init, slipway connect <service>, then merge',
};

export const releasesListing: Listing<Release> = {
  document: 'list-releases',
  takes: ['service', 'limit', 'cursor'],
  needs: 'service',
  read: ({ client, interrupted: signal }, flags) =>
    readPage(flags, (query) => client.call('listReleases', { path: { service: flags.service ?? '' }, query, signal })),
  heading: ['release', 'state', 'last ended', 'merged', 'size', 'commit', 'runs in', 'subject'],
  cellsOf: ({ release, state, lastOutcome, createdAt, totalBytes, commit, regions, subject }) => [
    release,
    state,
    lastOutcome ?? '–',
    clockTime(createdAt),
    totalBytes === null ? '–' : sizeText(totalBytes),
    commit.slice(0, 7),
    regions.length === 0 ? '–' : regions.join(' '),
    subject,
  ],
  none: 'no release yet: merge a change',
};

const deploymentColumns: Pick<Listing<DeploymentSummary>, 'heading' | 'cellsOf'> = {
  heading: ['deployment', 'release', 'state', 'hosts', 'began', 'took', 'subject'],
  cellsOf: (deployment, now) => [
    deployment.deployment,
    releasesOf(deployment),
    deploymentMark(deployment),
    `${digits(deployment.hosts.onRelease)} of ${digits(deployment.hosts.total)}`,
    clockTime(deployment.startedAt),
    deployment.state === 'queued'
      ? ''
      : lasted(Date.parse(deployment.endedAt ?? now.toISOString()) - Date.parse(deployment.startedAt)),
    deployment.subject,
  ],
};

/** `@411 → @412`, `rollback @412 → @411` */
function releasesOf(shown: DeploymentSummary): string {
  const { from, release } = shown;
  const kind = kindText(shown);
  const change = `${from === null ? '' : `@${from} → `}@${release}`;
  return kind === 'rollout' ? change : `${kind} ${change}`;
}

export const deploymentsListing: Listing<DeploymentSummary> = {
  document: 'list-deployments',
  takes: ['service', 'state', 'limit', 'cursor'],
  read: (session, flags) =>
    readPage(flags, (page) => readDeployments(session, flags, { ...page, state: stateOf(flags) })),
  ...deploymentColumns,
  none: 'no such deployment',
};

export const approvalsListing: Listing<DeploymentSummary> = {
  document: 'list-approvals',
  takes: ['service'],
  async read(session, flags) {
    // Also what waits for one before a later stage.
    const open = await everyPage((page) => readDeployments(session, flags, { ...page, open: 'true' }));
    return { items: open.filter(({ why }) => why?.next.verb === 'approve'), cursor: null };
  },
  heading: ['deployment', 'release', 'waits for', 'subject', 'next'],
  cellsOf: ({ deployment, release, why, subject }) => [
    deployment,
    `@${release}`,
    why?.cause ?? '',
    subject,
    why?.next.command ?? '',
  ],
  none: 'nothing waits for an approval',
};

function readDeployments(
  { client, interrupted: signal }: Session,
  { service }: ListFlags,
  query: { readonly limit: number; readonly cursor: string | undefined } & (
    { readonly state: DeploymentState | undefined } | { readonly open: 'true' }
  ),
) {
  if (service === undefined) return client.call('listAllDeployments', { query, signal });
  return client.call('listDeployments', { path: { service }, query, signal });
}

function stateOf({ state }: ListFlags): DeploymentState | undefined {
  const found = deploymentStates.find((each) => each === state);
  if (state !== undefined && found === undefined)
    throw new UsageError(`--state of a deployment is one of ${deploymentStates.join(', ')}`);
  return found;
}
