import type { DeploymentRequest } from '../../../activities/lane/contract.ts';
import { needsLook } from '../../../domain/goal/recovery.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited } from './audit-log.ts';
import type { AuditedChange } from './audit-log.ts';
import { Deployment, InboxRow, Service } from './entities.ts';
import type { Inbox } from './entities/inbox.ts';

/** Told to inbox loops when rows were added. */
export const inboxChannel = 'slipway_inbox';

/** First of two numbers of an advisory lock; the second is the service's. */
const inboxLock = 7_510;

/** An accepted row that has not become a deployment by then is submitted again: its lane may have been terminated. */
const redeliverAfterMs = 10_000;

/** What a lane said of a request. */
export type LaneAnswer =
  /** Accepted: it has, or will have, its deployment. */
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly reason: string };

export type Drained = 'delivered' | 'empty' | 'taken elsewhere';

/**
 * Adds merges, in the caller's transaction; a merge that is there is left as it is. Answers the keys that are new. The
 * loops that drain the inbox are told at the commit.
 */
export async function addToInbox(em: EntityManager, merges: readonly DeploymentRequest[]): Promise<string[]> {
  const added: string[] = [];
  for (const { service, key, kind, source, traceparent } of merges) {
    const rows = await em.execute<{ id: string }[]>(
      `insert into inbox (service, delivery_key, payload, traceparent, received_at) values (?, ?, ?, ?, clock_timestamp())
       on conflict (service, delivery_key) do nothing returning id`,
      [service, key, JSON.stringify(storable({ kind, source })), traceparent],
    );
    if (rows.length > 0) added.push(key);
  }
  if (added.length > 0) await em.execute('select pg_notify(?, ?)', [inboxChannel, '']);
  return added;
}

/** What loops drain, with one database behind all of it. */
export const createInbox = (database: Database) => ({
  listWaitingServices: () => listWaitingServices(database),
  drainOldest: (service: ServiceName, submit: (request: DeploymentRequest) => Promise<LaneAnswer>) =>
    drainOldest(database, service, submit),
  listServicesInNeedOfLane: () => listServicesInNeedOfLane(database),
  listServicesToLookInto: () => listServicesToLookInto(database),
});

/** Services with rows that no lane has taken up, those that wait longest first. */
async function listWaitingServices(database: Database): Promise<ServiceName[]> {
  const rows = await database.em
    .fork()
    .execute<{ service: ServiceName }[]>(
      `select service from inbox where ${waiting} group by service order by min(id)`,
      [redeliverAfterMs],
    );
  return rows.map(({ service }) => service);
}

const waiting = `finished_at is null and deployment is null
  and (delivered_at is null or delivered_at < clock_timestamp() - ? * interval '1 ms')`;

/**
 * Hands the oldest waiting row of a service to `submit`. Of several loops one at a time does so for a service: it holds
 * an advisory lock for as long as the lane takes to answer, and a killed process frees it. When `submit` throws, the row
 * waits on.
 */
async function drainOldest(
  database: Database,
  service: ServiceName,
  submit: (request: DeploymentRequest) => Promise<LaneAnswer>,
): Promise<Drained> {
  return changeAudited(database, async (em): Promise<AuditedChange<Drained>> => {
    if (!(await lockInbox(em, service))) return { result: 'taken elsewhere', audit: [] };
    const row = await oldestWaiting(em, service);
    if (row === null) return { result: 'empty', audit: [] };
    const answer = await submit(requestOf(row));
    return { result: 'delivered', audit: await noteAnswer(em, row, answer) };
  });
}

async function lockInbox(em: EntityManager, service: ServiceName): Promise<boolean> {
  const [row] = await em.execute<[{ locked: boolean }]>('select pg_try_advisory_xact_lock(?, hashtext(?)) as locked', [
    inboxLock,
    service,
  ]);
  return row.locked;
}

async function oldestWaiting(em: EntityManager, service: ServiceName): Promise<Inbox | null> {
  const [found] = await em.execute<{ id: string }[]>(
    `select id from inbox where service = ? and ${waiting} order by id limit 1`,
    [service, redeliverAfterMs],
  );
  return found === undefined ? null : em.findOneOrFail(InboxRow, { id: Number(found.id) });
}

const requestOf = ({ service, deliveryKey, payload, traceparent }: Inbox): DeploymentRequest => ({
  service,
  key: deliveryKey,
  kind: payload.kind,
  source: payload.source,
  traceparent: traceparent ?? null,
});

async function noteAnswer(em: EntityManager, row: Inbox, answer: LaneAnswer): Promise<AuditedChange<Drained>['audit']> {
  // Only these columns: the lane has linked the row to its deployment meanwhile.
  const { id, service, deliveryKey } = row;
  if (answer.outcome === 'accepted') {
    await em.nativeUpdate(InboxRow, { id }, { deliveredAt: new Date() });
    return [];
  }
  const reason = storable(answer.reason);
  await em.nativeUpdate(InboxRow, { id }, { deliveredAt: new Date(), finishedAt: new Date(), refusal: reason });
  const detail = { request: deliveryKey, reason };
  return [
    { actor: 'slipway', verb: 'merge-refused', object: service, detail, key: `refused:${service}:${deliveryKey}` },
  ];
}

/**
 * Services whose lane must be open: those with an unfinished row, an open number, or a deployment that holds them
 * (docs/goal-protocol.md §8).
 */
async function listServicesInNeedOfLane(database: Database): Promise<ServiceName[]> {
  const rows = await database.em.fork().execute<{ name: ServiceName }[]>(
    `select name from service where holder is not null
     union select service from deployment where outcome is null
     union select service from inbox where finished_at is null
     order by name`,
  );
  return rows.map(({ name }) => name);
}

/** A lane starts what it knows of within a second; a worker that is replaced or overloaded takes some more. */
const startsWithinMs = 30_000;

/** Services whose lane may not know of all that it could start (`domain/goal/recovery.ts`, needsLook). */
async function listServicesToLookInto(database: Database): Promise<ServiceName[]> {
  const em = database.em.fork();
  const waiting = await em.find(Deployment, {
    outcome: null,
    startedAt: null,
    openedAt: { $lt: new Date(Date.now() - startsWithinMs) },
  });
  if (waiting.length === 0) return [];
  const names = [...new Set(waiting.map(({ service }) => service))];
  const services = await em.find(Service, { name: { $in: names } });
  const begun = await em.find(Deployment, { outcome: null, startedAt: { $ne: null }, service: { $in: names } });
  return services
    .filter(({ name, lock }) =>
      needsLook({
        begun: begun.some(({ service }) => service === name),
        lock: lock ?? null,
        waiting: waiting.filter(({ service }) => service === name),
      }),
    )
    .map(({ name }) => name);
}
