import type { LeftHostRecords } from '../../../api/control/regions/left-host-records.ts';
import type { Projection } from '../../../api/control/reads/projection.ts';
import { deploymentName, releaseName } from './object-names.ts';
import type { Database } from '../connect.ts';
import { summaryChannel } from './api-summaries.ts';
import { LeftHostRow, ObligationRow } from './entities.ts';
import type { LeftHostEntity } from './entities/left-host.ts';

/** What an older list says of a host that a newer one has named changes nothing. */
const keepNamed = `
insert into left_host (service, deployment, region, host, runs, release, why, sequence, since)
select each ->> 'service', (each ->> 'deployment')::int, ?, each ->> 'host', each -> 'runs' ->> 'digest',
  (each -> 'runs' ->> 'release')::int, each ->> 'why', ?::bigint, ?::timestamptz
from jsonb_array_elements(?::jsonb) as each
on conflict (service, deployment, region, host) do update
  set runs = excluded.runs, release = excluded.release, why = excluded.why, sequence = excluded.sequence,
    since = case when left_host.gone_at is null then left_host.since else excluded.since end, gone_at = null
  where left_host.sequence < excluded.sequence`;

/** As long as the statuses of commits: by then nobody asks any more who an undo had left. Few at a time, and by one at a time. */
const keptDays = 90;
const mostForgotten = 1000;
const forgetOld = `
delete from left_host where (service, deployment, region, host) in (
  select service, deployment, region, host from left_host
  where region = ? and gone_at < clock_timestamp() - ? * interval '1 day'
  order by gone_at limit ? for update skip locked)`;

/** Rows stay for a while: what was left, and until when, is read afterwards, too. */
const endOthers = `
update left_host set gone_at = ?::timestamptz, sequence = ?::bigint
where region = ? and gone_at is null and sequence < ?::bigint`;

/** @see LeftHostRecords */
export const createLeftHostRecords = (database: Database): LeftHostRecords => ({
  store: ({ region, sequence, at, hosts, last }) =>
    database.em.fork().transactional(async (em) => {
      await em.execute(keepNamed, [region, sequence, at, JSON.stringify(hosts)]);
      if (last) await em.execute(endOthers, [at, sequence, region, sequence]);
      if (last) await em.execute(forgetOld, [region, keptDays, mostForgotten]);
      await em.execute('select pg_notify(?, ?)', [summaryChannel, region]);
    }),
});

/** Of a deployment all that it ever left, of a service those that are left now; in order of deployments, regions and names. */
export const leftHostReads = (database: Database): Pick<Projection, 'listLeftHosts'> => ({
  async listLeftHosts({ service, deployment, region }, { limit, cursor }) {
    const em = database.em.fork();
    const of = { service, ...(deployment !== undefined && { deployment }), ...(region && { region }) };
    const rows = await em.find(
      LeftHostRow,
      { ...of, ...(deployment === undefined && { goneAt: null }), ...(cursor !== undefined && after(cursor)) },
      { orderBy: [{ deployment: 'asc' }, { region: 'asc' }, { host: 'asc' }], limit: limit + 1 },
    );
    const owing = await em.find(
      ObligationRow,
      { ...of, kind: 'undo' },
      { orderBy: [{ deployment: 'asc' }, { region: 'asc' }] },
    );
    const shown = rows.slice(0, limit);
    const lastShown = shown.at(-1);
    return {
      items: shown.map(answer),
      next: rows.length > limit && lastShown !== undefined ? cursorOf(lastShown) : null,
      owing: owing.map((owed) => ({
        deployment: deploymentName(service, owed.deployment),
        region: owed.region,
        since: owed.recordedAt.toISOString(),
      })),
    };
  },
});

const cursorOf = ({ deployment, region, host }: LeftHostEntity): string => `${deployment}/${region}/${host}`;

/** One that nobody was given finds nothing. */
function after(cursor: string): object {
  const [number = '', region = '', host = ''] = cursor.split('/');
  const deployment = Number(number);
  if (!Number.isSafeInteger(deployment) || deployment > 2_147_483_647) return { host: null };
  return {
    $or: [
      { deployment: { $gt: deployment } },
      { deployment, region: { $gt: region } },
      { deployment, region, host: { $gt: host } },
    ],
  };
}

const answer = ({ service, deployment, region, host, runs, release, why, since, goneAt }: LeftHostEntity) => ({
  deployment: deploymentName(service, deployment),
  region,
  host,
  runs: release === null || release === undefined ? (runs ?? null) : releaseName(service, release),
  why,
  since: since.toISOString(),
  goneAt: goneAt?.toISOString() ?? null,
});
