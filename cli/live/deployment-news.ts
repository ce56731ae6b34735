import { counted, named } from '../../domain/progress/plain-text.ts';
import type { Deployment, DeploymentRegion } from '../../protocol/api/deployment.ts';
import { stateSentence } from '../state-sentence.ts';

/** What is new to who has seen a deployment as it was before: one line for each change of state, nothing twice. */
export function deploymentNews(before: Deployment | null, after: Deployment): string[] {
  if (before !== null && before.outcome !== null) return [];
  const regions = after.regions.flatMap((region) =>
    regionNews(before?.regions.find((each) => each.region === region.region) ?? null, region, after),
  );
  if (after.outcome !== null) return [...regions, stateSentence(after)];
  return [...copyNews(before, after), ...decisionNews(before, after), ...stateNews(before, after), ...regions];
}

function stateNews(before: Deployment | null, after: Deployment): string[] {
  const isSame = before !== null && before.state === after.state && before.stage === after.stage;
  // Between its last region and its end no stage goes on.
  const isBetween = after.state === 'rolling' && after.stage === null;
  return isSame || isBetween ? [] : [stateWords(after)];
}

function stateWords(deployment: Deployment): string {
  const { state, stage, release, service, why, waiting, reason, regions } = deployment;
  const name = `${service}@${release}`;
  const inStage = regions.filter((each) => each.stage === stage).map(({ region }) => region);
  switch (state) {
    case 'queued':
      return waiting ?? 'queued';
    case 'building':
      return `builds ${name}`;
    case 'checking':
      return `checks ${name}`;
    case 'approving':
      return why?.cause ?? waiting ?? 'waits for approval';
    case 'rolling':
      return `${stage ?? 'rolls'}: ${named(inStage)}`;
    case 'baking':
      return `${stage ?? 'stage'} is watched`;
    case 'verifying':
      return `verifies ${name}`;
    case 'undoing':
      return reason === null ? (why?.cause ?? 'undoes it') : `undoes it: ${reason}`;
    default:
      return stateSentence(deployment);
  }
}

/** What a person decided, or has to decide. */
function decisionNews(before: Deployment | null, after: Deployment): string[] {
  if (before === null) return [];
  const { approvals, held, paused, waiting } = after;
  const given = approvals !== null && approvals.given > (before.approvals?.given ?? 0);
  const stopped = (held && !before.held) || (paused && !before.paused);
  const resumed = (before.held && !held) || (before.paused && !paused);
  return [
    ...(given ? [`approved, ${approvals.given} of ${approvals.wanted}`] : []),
    ...(stopped ? [waiting ?? (held ? 'held' : 'paused')] : []),
    ...(resumed && !stopped && after.state === before.state ? [after.reason ?? 'goes on'] : []),
  ];
}

/** Copying is told once, when it is through everywhere. */
function copyNews(before: Deployment | null, { regions }: Deployment): string[] {
  const isCopied = (each: readonly DeploymentRegion[]): boolean =>
    each.length > 0 && each.every(({ state }) => state !== 'pending' && state !== 'replicating');
  return before !== null && !isCopied(before.regions) && isCopied(regions)
    ? [`copied to ${counted(regions.length, 'region')}`]
    : [];
}

const told: ReadonlySet<DeploymentRegion['state']> = new Set([
  'rolling',
  'baking',
  'done',
  'undoing',
  'undone',
  'unreachable',
  'skipped',
]);

function regionNews(before: DeploymentRegion | null, after: DeploymentRegion, { release }: Deployment): string[] {
  const { region, state, batch, batches, hosts, reason } = after;
  const isNewState = state !== before?.state && told.has(state);
  const isNewBatch = state === 'rolling' && batch > (before?.batch ?? 0);
  const isNewReason = reason !== null && reason !== before?.reason;
  if (!isNewState && !isNewBatch && !isNewReason) return [];
  const progress =
    state === 'rolling'
      ? batch === 0
        ? beginning(hosts.total)
        : `batch ${batch} of ${batches}, ${hosts.switched} of ${hosts.total} on @${release}`
      : state === 'done'
        ? `done, ${counted(hosts.healthy, 'healthy host')}`
        : state;
  return [`${region}  ${progress}${isNewReason ? `: ${reason}` : ''}`];
}

/** How many hosts it has may be known a moment later. */
const beginning = (hosts: number): string => (hosts === 0 ? 'begins' : `begins, ${counted(hosts, 'host')}`);
