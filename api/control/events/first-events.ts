import type { ApiEvent, EventsQuery } from '../../../protocol/api/events.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import { deploymentReference } from '../../../protocol/api/object-reference.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { withLinks, type LinkTargets } from '../reads/links.ts';
import type { Projection, StoredDeployment } from '../reads/projection.ts';
import { changeEvents } from './change-events.ts';
import { isInScope, scoped } from './event-scope.ts';

export interface FirstEvents {
  readonly events: readonly ApiEvent[];
  /** The client knows everything up to here. */
  readonly sequence: number;
}

export interface FirstReads {
  readonly projection: Projection;
  readonly links: LinkTargets;
  readonly now: () => Date;
}

/** A client that missed more gets a snapshot, which is smaller. */
export const maxMissed = 500;

/** What a client that was here before missed after `since`, or a reset and a snapshot. @throws ProblemError `not-found` */
export async function resume(reads: FirstReads, query: EventsQuery, since: number): Promise<FirstEvents> {
  const { projection, links, now } = reads;
  const newest = await projection.newestSequence();
  // A number that was never given comes from another database, or from before a restore of this one.
  const missed = since > newest || newest - since >= maxMissed ? null : await projection.auditAfter(since, maxMissed);
  if (missed === null || missed.length === maxMissed) {
    const first = await snapshot(reads, query);
    const reset: ApiEvent = { type: 'reset', sequence: first.sequence, at: now().toISOString() };
    return { ...first, events: [reset, ...first.events] };
  }
  const concerning = missed.filter((record) => isInScope(query, record));
  const changes = (await changeEvents(concerning, projection, links)).map((event) => scoped(query, event));
  const hosts = await projection.listHosts(query.service ?? null);
  // Counts have no numbers, so it isn't known which of them are new to the client.
  const counts: ApiEvent = { type: 'hosts', at: now().toISOString(), hosts: [...hosts] };
  return { events: [...changes, counts], sequence: missed.at(-1)?.sequence ?? since };
}

/** How things are now. @throws ProblemError `not-found` for a service or deployment that isn't there */
export async function snapshot({ projection, links, now }: FirstReads, query: EventsQuery): Promise<FirstEvents> {
  const { service } = query;
  // Read first: what happens meanwhile is told again as a change, and not missed.
  const sequence = await projection.newestSequence();
  const lane = service === undefined ? null : await existing(projection.findLane(service), `service ${service}`);
  const lanes = lane === null ? await projection.listLanes() : [lane];
  const deployments = await deploymentsOf(projection, query);
  const event: ApiEvent = {
    type: 'snapshot',
    sequence,
    at: now().toISOString(),
    deployments: deployments.map((each) => withLinks(links, each, null)),
    lanes: [...lanes],
    hosts: [...(await projection.listHosts(service ?? null))],
  };
  return { events: [event], sequence };
}

async function deploymentsOf(
  projection: Projection,
  { service, deployment }: EventsQuery,
): Promise<readonly StoredDeployment[]> {
  if (service === undefined || deployment === undefined) return projection.listOpenDeployments(service ?? null);
  return [await oneDeployment(projection, service, deployment)];
}

const oneDeployment = (projection: Projection, service: ServiceName, deployment: DeploymentNumber) =>
  existing(projection.findDeployment(service, deployment), `deployment ${deploymentReference(service, deployment)}`);

async function existing<T>(reading: Promise<T | null>, what: string): Promise<T> {
  const found = await reading;
  if (found === null) throw new ProblemError('not-found', { detail: `there is no ${what}` });
  return found;
}
