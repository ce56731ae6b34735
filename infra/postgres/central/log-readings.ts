import { randomUUID } from 'node:crypto';
import type { LogReadings, NewReading, OwnReading } from '../../../api/control/logs/log-readings.ts';
import { leaseMs, mostOfPerson, mostOfRegion, mostWaiting } from '../../../domain/log-reading/limits.ts';
import type { HostId, RegionName, ServiceName } from '../../../domain/names.ts';
import type { NextLogs } from '../../../protocol/api/log-reading.ts';
import type { AskedReading, LogPart } from '../../../protocol/log-reading.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited, type AuditedChange } from './audit-log.ts';

/** Notified with `region <name>` when others are to be read than before, with `reading <id>` when there is news of one. */
export const logChannel = 'slipway_logs';

/** @see LogReadings */
export const createLogReadings = (database: Database): LogReadings => ({
  open: (reading) => changeAudited(database, (em) => open(em, reading)),
  next: (own, seen) => database.em.fork().transactional((em) => next(em, own, seen)),
  async end({ reading, service, by }) {
    await database.em.fork().transactional(async (em) => {
      const gone = await em.execute<{ region: RegionName }[]>(
        'delete from log_reading where id = ? and service = ? and asked_by = ? returning region',
        [reading, service, by],
      );
      if (gone.length === 0) return;
      await em.execute('delete from log_chunk where reading = ?', [reading]);
      await em.execute('select pg_notify(?, ?)', [logChannel, `region ${gone[0]!.region}`]);
    });
  },
  async listOf(region) {
    const em = database.em.fork();
    await sweep(em);
    return em.execute<AskedReading[]>(
      `select id as reading, service, host, every, lines, follow,
         least(?, greatest(0, floor(extract(epoch from expires_at - clock_timestamp()) * 1000)))::int as "leaseMs"
       from log_reading where region = ? order by id`,
      [leaseMs, region],
    );
  },
  async take(part) {
    if (part.hosts !== undefined) await changeAudited(database, (em) => takeHosts(em, part));
    return takeChunks(database.em.fork(), part);
  },
});

/** What nobody reads any more is gone, whoever looks next. */
async function sweep(em: EntityManager): Promise<void> {
  await em.execute('delete from log_reading where expires_at <= clock_timestamp()');
  await em.execute('delete from log_chunk where reading not in (select id from log_reading)');
}

type Opened = Awaited<ReturnType<LogReadings['open']>>;

async function open(em: EntityManager, asked: NewReading): Promise<AuditedChange<Opened>> {
  const { service, region, host, every, lines, follow, by, reason, key } = asked;
  await sweep(em);
  const [known] = await em.execute<{ id: string }[]>('select id from log_reading where key = ?', [key]);
  if (known !== undefined) return { result: { outcome: 'opened', reading: known.id }, audit: [] };
  const [standing] = await em.execute<[{ own: number; here: number }]>(
    `select count(*) filter (where asked_by = ?)::int as own, count(*) filter (where region = ?)::int as here
     from log_reading`,
    [by, region],
  );
  const why = whyBusy(standing, region);
  if (why !== null) return { result: { outcome: 'busy', why }, audit: [] };
  const reading = randomUUID();
  await em.execute(
    `insert into log_reading (id, service, region, host, every, lines, follow, asked_by, key, expires_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')`,
    [reading, service, region, host, every, lines, follow, by, key, leaseMs],
  );
  await em.execute('select pg_notify(?, ?)', [logChannel, `region ${region}`]);
  const of = host !== null ? { host } : { every };
  const detail = { reading, region, ...of, lines, follow, ...(reason && { reason }) };
  const entry = { actor: by, verb: 'logs-asked', object: service, detail, key: `logs-asked:${reading}` };
  return { result: { outcome: 'opened', reading }, audit: [entry] };
}

function whyBusy({ own, here }: { readonly own: number; readonly here: number }, region: RegionName): string | null {
  if (own >= mostOfPerson) return `you read ${own} at once already, which is all that one person may`;
  return here >= mostOfRegion ? `${here} are read in ${region} at once already` : null;
}

async function next(
  em: EntityManager,
  own: OwnReading,
  seen: Readonly<Record<string, number>>,
): Promise<NextLogs | null> {
  const [standing] = await em.execute<{ hosts: HostId[] | null; why: string | null }[]>(
    `update log_reading set expires_at = clock_timestamp() + ? * interval '1 millisecond'
     where id = ? and service = ? and asked_by = ? and expires_at > clock_timestamp() returning hosts, why`,
    [leaseMs, own.reading, own.service, own.by],
  );
  if (standing === undefined) return null;
  await em.execute(
    `delete from log_chunk using jsonb_each_text(?::jsonb) as seen
     where reading = ? and host = seen.key and sequence <= seen.value::bigint`,
    [JSON.stringify(seen), own.reading],
  );
  const chunks = await em.execute<NextLogs['chunks']>(
    `select host, sequence::float8 as sequence, text, gap, ended from log_chunk
     where reading = ? order by sequence, host limit 16`,
    [own.reading],
  );
  return { hosts: standing.hosts, why: standing.why, chunks };
}

/** The first to tell is believed: several workers of a region tell the same. */
async function takeHosts(em: EntityManager, part: LogPart): Promise<AuditedChange<void>> {
  const { reading, region, hosts = [], why = null } = part;
  const [told] = await em.execute<{ service: ServiceName; askedBy: string }[]>(
    `update log_reading set hosts = ?::jsonb, why = ? where id = ? and region = ? and hosts is null
     returning service, asked_by as "askedBy"`,
    [JSON.stringify(hosts), why, reading, region],
  );
  if (told === undefined) return { result: undefined, audit: [] };
  await em.execute('select pg_notify(?, ?)', [logChannel, `reading ${reading}`]);
  if (hosts.length === 0) return { result: undefined, audit: [] };
  const { service, askedBy } = told;
  const detail = { reading, region, hosts };
  const entry = { actor: askedBy, verb: 'logs-read', object: service, detail, key: `logs-read:${reading}` };
  return { result: undefined, audit: [entry] };
}

/**
 * What its hosts say, and no others: nothing before it was told which those are. One that was taken before is the same.
 */
const storeChunks = `
with standing as (
  select id, hosts from log_reading where id = ? and region = ? and expires_at > clock_timestamp()
), room as (
  select count(*) < ? as is_left from log_chunk where reading = ?
), stored as (
  insert into log_chunk (reading, host, sequence, text, gap, ended)
  select id, said ->> 'host', (said ->> 'sequence')::bigint, said ->> 'text', (said ->> 'gap')::boolean, said ->> 'ended'
  from standing, room, jsonb_array_elements(?::jsonb) as said
  where room.is_left and standing.hosts @> (said -> 'host')
  on conflict (reading, host, sequence) do nothing returning reading
)
select exists (select from standing) as "goesOn",
  (select is_left from room) and coalesce((select hosts is not null from standing), false) as taken,
  (select count(pg_notify(?, 'reading ' || reading)) from stored) as told`;

async function takeChunks(em: EntityManager, { reading, region, chunks }: LogPart) {
  const parameters = [reading, region, mostWaiting, reading, JSON.stringify(chunks), logChannel];
  const [answer] = await em.execute<[{ goesOn: boolean; taken: boolean }]>(storeChunks, parameters);
  return { goesOn: answer.goesOn, taken: answer.taken };
}
