import { Router, type Request } from 'express';
import { eventsQuerySchema, type EventsQuery } from '../../../protocol/api/events.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedIn } from '../people/sign-in.ts';
import type { ChangeFeed, News } from './change-feed.ts';
import { openConnection, type EventConnection } from './event-connection.ts';
import { hostsInScope, isInScope, scoped } from './event-scope.ts';
import { resume, snapshot, type FirstReads } from './first-events.ts';

export interface EventStreamParts extends FirstReads {
  readonly feed: ChangeFeed;
  readonly people: PeopleDirectory;
  /** Ends every stream: the program stops. */
  readonly stop: AbortSignal;
  /** How many clients follow now, whenever that changes. */
  readonly onClients?: (clients: number) => void;
}

/** Each costs a socket and a share of every change; past it another process serves. */
const maxClients = 1_000;
/** A token that was revoked is refused when its stream comes back. Clients come back by themselves. */
const maxStreamMs = 15 * 60_000;
const busyRetrySeconds = 5;

/** `GET /v1/events` (protocol/api/events.ts). */
export function eventStream(parts: EventStreamParts): Router {
  const connections = new Set<EventConnection>();
  const countClients = (): void => parts.onClients?.(connections.size);
  parts.stop.addEventListener('abort', () => connections.forEach((connection) => connection.close()), { once: true });
  const router = Router();
  router.get('/v1/events', async (request, response) => {
    response.locals.person = await signedIn(request, parts.people);
    const query = parsedBody(eventsQuerySchema, request.query);
    if (connections.size >= maxClients)
      throw new ProblemError('busy', { detail: `${maxClients} clients follow already` }, busyRetrySeconds);
    const hearing = await startHearing(parts, query, lastEventId(request));
    if (response.destroyed || parts.stop.aborted) {
      hearing.end();
      response.end();
      return;
    }
    const connection = openConnection(response, parts.now, () => {
      clearTimeout(ageing);
      hearing.end();
      connections.delete(connection);
      countClients();
    });
    const ageing = setTimeout(() => connection.close(), maxStreamMs);
    connections.add(connection);
    countClients();
    hearing.passTo(connection);
  });
  return router;
}

interface Hearing {
  /** First what the client gets for its coming, then all that happened since. */
  passTo(connection: EventConnection): void;
  end(): void;
}

/** Listens before it reads, so that nothing falls between the two. @throws ProblemError `not-found` */
async function startHearing(parts: EventStreamParts, query: EventsQuery, since: number | null): Promise<Hearing> {
  const early: News[] = [];
  let hear = (news: News): void => void early.push(news);
  const end = await parts.feed.subscribe((news) => hear(news));
  try {
    const first = since === null ? await snapshot(parts, query) : await resume(parts, query, since);
    return {
      passTo(connection) {
        first.events.forEach((event) => connection.send(event));
        connection.reached(first.sequence);
        hear = (news) => pass(connection, query, news, first.sequence, parts.now);
        early.forEach(hear);
      },
      end,
    };
  } catch (error) {
    end();
    throw error;
  }
}

/** What the client knows already from its first events is not told again. */
function pass(connection: EventConnection, query: EventsQuery, news: News, known: number, now: () => Date): void {
  if (news.kind === 'hosts') {
    const hosts = hostsInScope(query, news.hosts);
    if (hosts.length > 0) connection.send({ type: 'hosts', at: now().toISOString(), hosts });
    return;
  }
  const { event } = news;
  if (event.sequence <= known) return;
  if (isInScope(query, event)) connection.send(scoped(query, event));
  else connection.reached(event.sequence);
}

/** What the client has heard last; `null` from one that is new, or sends what was never an id. */
function lastEventId(request: Request): number | null {
  const id = request.get('Last-Event-ID') ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : null;
}
