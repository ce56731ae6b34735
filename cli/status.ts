import type { ServiceName } from '../domain/names.ts';
import type { Deployment } from '../protocol/api/deployment.ts';
import { problemOf } from '../protocol/api/problems.ts';
import type { Service, ServiceSummary } from '../protocol/api/service.ts';
import { ApiProblemError } from './api-client.ts';
import { everyPage } from './every-page.ts';
import type { DocumentData } from './json-documents.ts';
import { overviewLines } from './overview-text.ts';
import { stoppedLine } from './fleet/fleet-text.ts';
import type { Session } from './session.ts';
import { shellWord } from './shell-word.ts';
import { linesInOrder, type StatusLine } from './status-line.ts';
import { serviceLines } from './status-text.ts';

export interface StatusScope {
  /** `null`: of all. */
  readonly service: ServiceName | null;
  /** Only what runs there; `null`: everywhere. */
  readonly region: string | null;
}

/** What runs where, as it was read. */
export interface Status {
  readonly services: readonly ServiceSummary[];
  /** Ages grow with the time. */
  readonly linesAt: (now: Date) => readonly StatusLine[];
  /** Prints all of it. */
  readonly command: string;
  readonly document: DocumentData<'status'>;
  /** Commands that come next. */
  readonly next: readonly string[];
}

/** @throws ApiProblemError, ApiUnreachableError */
export const readStatus = (session: Session, { service, region }: StatusScope): Promise<Status> =>
  service === null ? readAll(session, region) : readOne(session, service, region);

async function readOne(session: Session, name: ServiceName, region: string | null): Promise<Status> {
  const { client, interrupted: signal } = session;
  const service = onlyIn(region, await client.call('showService', { path: { service: name }, signal }));
  if (region !== null && service.hosts.length === 0)
    throw new ApiProblemError(problemOf('not-found', { detail: `${name} runs nowhere in ${region}` }));
  const deployment = await activeOf(session, service);
  const command = (deployment?.why ?? service.why)?.next.command ?? null;
  return {
    services: [service],
    linesAt: (now) => serviceLines(service, deployment, now),
    command: commandOf({ service: name, region }),
    document: { service, deployment },
    next: command === null ? [] : [command],
  };
}

async function activeOf(
  { client, interrupted: signal }: Session,
  { service, lane }: Service,
): Promise<Deployment | null> {
  if (lane.active === null) return null;
  return client.call('showDeployment', { path: { service, deployment: lane.active.number }, signal });
}

async function readAll({ client, interrupted: signal }: Session, region: string | null): Promise<Status> {
  const { stopped } = await client.call('showFleet', { signal });
  const line = stoppedLine(stopped);
  const all = await everyPage((query) => client.call('listServices', { query, signal }));
  const services = all
    .map((service) => onlyIn(region, service))
    .filter(({ hosts }) => region === null || hosts.length > 0);
  const isNowhere = region !== null && services.length === 0;
  if (isNowhere) await requireRegion(client, region, signal);
  return {
    services,
    linesAt: (now) =>
      linesInOrder([
        ...(line === null ? [] : [line, '  Do: slipway start-the-line --reason …']),
        ...(isNowhere ? [`nothing runs in ${region}`] : overviewLines(services, now)),
      ]),
    command: commandOf({ service: null, region }),
    document: { services },
    next: [],
  };
}

/** That nothing runs in a region is no fault; that there is none is. @throws ApiProblemError `not-found` */
async function requireRegion(client: Session['client'], region: string, signal: AbortSignal): Promise<void> {
  const { items } = await client.call('listRegions', { signal });
  if (items.every((each) => each.region !== region))
    throw new ApiProblemError(problemOf('not-found', { detail: `there is no region ${region}` }));
}

const commandOf = ({ service, region }: StatusScope): string =>
  [
    'slipway status',
    ...(service === null ? [] : [service]),
    ...(region === null ? [] : ['--region', shellWord(region)]),
  ].join(' ');

const onlyIn = <Shown extends ServiceSummary>(region: string | null, service: Shown): Shown =>
  region === null ? service : { ...service, hosts: service.hosts.filter((each) => each.region === region) };
