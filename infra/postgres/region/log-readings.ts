import { sql } from 'kysely';
import type { LogStore, StandingReading } from '../../../api/gateway/logs/log-board.ts';
import { chooseHosts, type OutputHost } from '../../../domain/log-reading/choose-hosts.ts';
import { mostWaiting } from '../../../domain/log-reading/limits.ts';
import type { HostId } from '../../../domain/names.ts';
import type { AskedReading, LogChunkAnswer, LogPart } from '../../../protocol/log-reading.ts';
import type { Database, EntityManager } from '../connect.ts';
import { heardAt } from './heard-at.ts';

/** Notified with a reading's id when it was taken up, or is over: gateways look again. */
export const logReadingChannel = 'slipway_log_reading';
/** Notified with a reading's id when there is output of it. */
export const logChunkChannel = 'slipway_log_chunk';

/** For gateways. */
export const createLogStore = (database: Database): LogStore => ({
  async list() {
    const { rows } = await sql<StandingReading>`
      select id as reading, service, hosts, lines, follow from log_reading where expires_at > clock_timestamp()`.execute(
      database.em.fork().getKysely(),
    );
    return rows;
  },
  async take(host, { reading, sequence, text, gap, ended }) {
    const { rows } = await sql<LogChunkAnswer>`
      with standing as (
        select id from log_reading
        where id = ${reading} and hosts @> to_jsonb(${host}::text) and expires_at > clock_timestamp()
      ), room as (
        select count(*) < ${mostWaiting} as is_left from log_chunk where reading = ${reading}
      ), stored as (
        insert into log_chunk (reading, host, sequence, text, gap, ended)
        select id, ${host}, ${sequence}::bigint, ${text}, ${gap}, ${ended} from standing, room
        where room.is_left
        on conflict (reading, host, sequence) do nothing returning reading
      )
      select exists (select from standing) as "goesOn", (select is_left from room) as taken,
        (select count(pg_notify(${logChunkChannel}, reading::text)) from stored) as told`.execute(
      database.em.fork().getKysely(),
    );
    const { goesOn, taken } = rows[0]!;
    return { goesOn, taken };
  },
});

/** Of which hosts a reading is, to be told to the centre. */
export type TakenUp = Required<Pick<LogPart, 'reading' | 'hosts'>> & Pick<LogPart, 'why'>;

/** Takes a part to the centre. */
export type Deliver = (part: Pick<LogPart, 'reading' | 'chunks'>) => Promise<LogChunkAnswer>;

/** `some`: there may be more. `behind`: who reads has to catch up before more is taken. */
export type Passed = 'none' | 'some' | 'behind';

/** For workers of the region; several may do the same. */
export interface LogDesk {
  /** Takes up what is new, and keeps open what is known, for as long as the centre says. @returns whose output each is */
  keep(readings: readonly AskedReading[]): Promise<readonly TakenUp[]>;
  /** Nothing of them is kept. */
  end(readings: readonly string[]): Promise<void>;
  /** Ends those that nobody reads any more. */
  sweep(): Promise<void>;
  /** Passes on what has come, in order, a little of each reading. */
  passOn(deliver: Deliver): Promise<Passed>;
}

export const createLogDesk = (database: Database): LogDesk => ({
  async keep(readings) {
    const em = database.em.fork();
    const taken: TakenUp[] = [];
    for (const reading of readings) taken.push(await keepOne(em, reading));
    return taken;
  },
  end: (readings) =>
    endWhere(
      database,
      sql`id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(readings)}::jsonb))`,
    ),
  sweep: () => endWhere(database, sql`expires_at <= clock_timestamp()`),
  async passOn(deliver) {
    const { rows } = await sql<{ reading: string }>`select distinct reading from log_chunk`.execute(
      database.em.fork().getKysely(),
    );
    const passed = new Set<Passed | 'over'>();
    for (const { reading } of rows) {
      const one = await database.em.fork().transactional((em) => passOnOne(em, reading, deliver));
      if (one === 'over') await endWhere(database, sql`id = ${reading}`);
      passed.add(one);
    }
    return passed.has('some') ? 'some' : passed.has('behind') ? 'behind' : 'none';
  },
});

async function keepOne(em: EntityManager, asked: AskedReading): Promise<TakenUp> {
  const { reading, service, lines, follow, leaseMs } = asked;
  const expiresAt = sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
  const known = await sql<{ hosts: HostId[]; why: string | null }>`
    update log_reading set expires_at = ${expiresAt} where id = ${reading} returning hosts, why`.execute(
    em.getKysely(),
  );
  if (known.rows[0] !== undefined) return takenUp(reading, known.rows[0]);
  const chosen = chooseHosts(asked, await outputHosts(em, asked));
  const { hosts, why } =
    chosen.outcome === 'chosen' ? { hosts: chosen.hosts, why: null } : { hosts: [], why: chosen.why };
  // Another worker of the region may have chosen meanwhile: one choice counts.
  const { rows } = await sql<{ hosts: HostId[]; why: string | null }>`
    with kept as (
      insert into log_reading (id, service, hosts, why, lines, follow, expires_at)
      values (${reading}, ${service}, ${JSON.stringify(hosts)}::jsonb, ${why}, ${lines}, ${follow}, ${expiresAt})
      on conflict (id) do update set expires_at = excluded.expires_at returning id, hosts, why
    )
    select hosts, why, pg_notify(${logReadingChannel}, id::text) from kept`.execute(em.getKysely());
  return takenUp(reading, rows[0]!);
}

const takenUp = (reading: string, { hosts, why }: { hosts: HostId[]; why: string | null }): TakenUp => ({
  reading,
  hosts,
  ...(why !== null && { why }),
});

/** Longer than hosts at rest are silent. */
const heardForMs = 180_000;

/** Enough to choose from, of 20,000. */
async function outputHosts(em: EntityManager, { service, host }: AskedReading): Promise<readonly OutputHost[]> {
  const { rows } = await sql<OutputHost>`
    select said.host, said.health = 'healthy' as "isHealthy",
      ${heardAt} > clock_timestamp() - ${heardForMs} * interval '1 millisecond' as "isHeard"
    from host_service as said join host on host.id = said.host
    where said.service = ${service} and (${host}::text is null or said.host = ${host})
    order by 3 desc, 2 desc, said.host limit 50`.execute(em.getKysely());
  return rows;
}

async function endWhere(database: Database, condition: ReturnType<typeof sql>): Promise<void> {
  await sql`
    with gone as (delete from log_reading where ${condition} returning id),
      chunks as (delete from log_chunk where reading not in (select id from log_reading) or reading in (select id from gone))
    select pg_notify(${logReadingChannel}, id::text) from gone`.execute(database.em.fork().getKysely());
}

/** Any number: with a reading's id, held while its output is passed on, so that two workers keep its order. */
const passingLock = 7_510_004;
const mostPassedBytes = 512 * 1024;

async function passOnOne(em: EntityManager, reading: string, deliver: Deliver): Promise<Passed | 'over'> {
  const lock = await sql<{ isHeld: boolean }>`
    select pg_try_advisory_xact_lock(${passingLock}, hashtext(${reading})) as "isHeld"`.execute(em.getKysely());
  if (!lock.rows[0]!.isHeld) return 'none';
  const { rows } = await sql<LogPart['chunks'][number]>`
    select host, sequence::float8 as sequence, text, gap, ended from (
      select *, sum(octet_length(text)) over (order by sequence, host) - octet_length(text) as before
      from log_chunk where reading = ${reading}
    ) as waiting where before < ${mostPassedBytes} order by sequence, host limit 16`.execute(em.getKysely());
  if (rows.length === 0) return 'none';
  const { goesOn, taken } = await deliver({ reading, chunks: rows });
  if (!goesOn) return 'over';
  if (!taken) return 'behind';
  await sql`
    delete from log_chunk where reading = ${reading} and (host, sequence) in (
      select value ->> 'host', (value ->> 'sequence')::bigint from jsonb_array_elements(${JSON.stringify(rows.map(({ host, sequence }) => ({ host, sequence })))}::jsonb)
    )`.execute(em.getKysely());
  return 'some';
}
