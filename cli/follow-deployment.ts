import type { Deployment } from '../protocol/api/deployment.ts';
import type { ApiEvent } from '../protocol/api/events.ts';
import { problemCode } from '../protocol/api/problems.ts';
import type { ServiceHosts } from '../protocol/api/region.ts';
import { ApiProblemError, type ApiClient } from './api-client.ts';
import { followEvents, NoStreamError, streamAgainMs, type Following } from './follow-events.ts';
import { pollDeployment } from './poll-deployment.ts';
import { stateSentence } from './state-sentence.ts';

export interface FollowedChange {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** One plain sentence. */
  readonly line: string;
  /** As it is now, which may be newer than the line. */
  readonly deployment: Deployment;
}

export interface FollowedObject {
  readonly service: string;
  readonly number: number;
}

/**
 * Follows one deployment to its end: first how it is, then each change. One that has ended already is told in one line.
 * A cut connection is opened again, and where nothing streams the deployment is polled until something does; `connection`
 * is told of either.
 * `onHosts` is told what regions say of the service's hosts: at first of all, then of those that say something new.
 * @throws ApiProblemError for one that isn't there or may not be seen; the signal's reason when it aborts
 */
export async function* followDeployment(
  client: ApiClient,
  object: FollowedObject,
  following: Following,
  onHosts?: (hosts: readonly ServiceHosts[]) => void,
): AsyncGenerator<FollowedChange> {
  let last: Deployment | null = null;
  for (let because: string | null = null; ;) {
    const changes: AsyncGenerator<FollowedChange> =
      because === null
        ? followByEvents(client, object, following, { last, onHosts })
        : pollDeployment(client, object, following, { last, because, forMs: streamAgainMs });
    try {
      for await (const change of changes) {
        last = change.deployment;
        yield change;
      }
      if (because === null || (last !== null && last.outcome !== null)) return;
      because = null;
    } catch (error) {
      if (because !== null || !isWithoutStream(error)) throw error;
      because = error.message;
    }
  }
}

/** That nothing is found may also mean the deployment: polling says so. */
const isWithoutStream = (error: unknown): error is Error =>
  error instanceof NoStreamError || (error instanceof ApiProblemError && problemCode(error.problem) === 'not-found');

interface Follower {
  /** What was told before; `null` when nothing was. */
  readonly last: Deployment | null;
  readonly onHosts: ((hosts: readonly ServiceHosts[]) => void) | undefined;
}

async function* followByEvents(
  client: ApiClient,
  object: FollowedObject,
  following: Following,
  { last, onHosts }: Follower,
): AsyncGenerator<FollowedChange> {
  const { service, number } = object;
  let shown = last;
  for await (const event of followEvents(client, { service, deployment: number }, following)) {
    if (event.type === 'hosts' || event.type === 'snapshot') onHosts?.(event.hosts);
    const change = changeOf(event, object, shown);
    if (change !== null) {
      yield change;
      shown = change.deployment;
    }
    if (shown !== null && shown.outcome !== null && tellsEnd(event, object)) return;
  }
}

/** A change carries the deployment as it is now, so its outcome can be known before the record that says so is here. */
const tellsEnd = (event: ApiEvent, { service, number }: FollowedObject): boolean =>
  event.type === 'change'
    ? endings.has(event.verb) && event.object === `${service}/${number}`
    : event.type === 'snapshot' || event.type === 'heartbeat';

const endings: ReadonlySet<string> = new Set(['deployment-ended', 'deployment-cancelled']);

function changeOf(
  event: ApiEvent,
  { service, number }: FollowedObject,
  shown: Deployment | null,
): FollowedChange | null {
  if (event.type === 'change') {
    const { at, message, deployment, queued = [] } = event;
    if (deployment !== null) return { at, line: message, deployment };
    const waits = queued.find((each) => each.service === service && each.number === number);
    const isNews = waits !== undefined && waits.waiting !== shown?.waiting;
    return isNews ? { at, line: stateSentence(waits), deployment: waits } : null;
  }
  if (event.type !== 'snapshot') return null;
  const deployment = event.deployments.find((each) => each.service === service && each.number === number);
  if (deployment === undefined || isSame(deployment, shown)) return null;
  return { at: event.at, line: stateSentence(deployment), deployment };
}

/** After a reset the snapshot may say nothing new. */
const isSame = (deployment: Deployment, shown: Deployment | null): boolean =>
  shown !== null &&
  shown.sequence === deployment.sequence &&
  shown.outcome === deployment.outcome &&
  shown.waiting === deployment.waiting;
