import { sql } from 'kysely';
import type { HostReport } from '../../api/gateway/reports/report-intake.ts';
import { hostId, serviceName } from '../../domain/names.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { storeReports } from '../../infra/postgres/region/store-reports.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { onOwnRegion } from './own-region.ts';
import { readWritten, writtenSince, type Written } from './written.ts';

export interface ReportsOptions extends CommonOptions {
  readonly hosts: number;
  /** Of each host. */
  readonly services: number;
  /** Reports that a statement stores. */
  readonly together: number;
  /** Reports of each host, of either kind. */
  readonly rounds: number;
}

/** What a round of reports, one of each host, came to. */
interface Round extends Written {
  readonly what: string;
  readonly ms: number;
}

/** Reports that tell nothing new beside those that tell of one service that it is another now: what the database writes for each. */
export async function reportsBenchmark({ say, signal }: Bench, options: ReportsOptions): Promise<Measured> {
  const { hosts, services, rounds } = options;
  const measured = await onOwnRegion(async (database) => {
    await placeHosts(database, options);
    const fleet = openFleet(database, options);
    const found: Round[] = [];
    const round = async (what: string, change: Change): Promise<void> => {
      signal.throwIfAborted();
      const before = await readWritten(database);
      const startedAt = performance.now();
      await fleet.report(change);
      const ms = Math.round(performance.now() - startedAt);
      found.push({ what, ms, ...writtenSince(before, await readWritten(database)) });
    };
    for (let warm = 0; warm < 3; warm++) await fleet.report('none');
    for (const [what, change] of kinds) {
      // The first change of a page after a checkpoint writes all of it to the log.
      await sql`checkpoint`.execute(database.em.fork().getKysely());
      await round(`${what}, first after a checkpoint`, change);
      for (let each = 1; each < rounds; each++) await round(what, change);
    }
    return found;
  });
  const summed = sumAlike(measured);
  say(`for 1,000 reports of ${services} services each, of ${hosts} hosts`);
  for (const line of tableLines(head, summed.map(cellsOf(hosts)))) say(line);
  const unchanged = measured.filter(({ what }) => what.startsWith(kinds[0][0]));
  return { ok: unchanged.every(({ serviceRows }) => serviceRows === 0), rounds: measured };
}

type Change = 'none' | 'one service';
const kinds = [
  ['nothing new', 'none'],
  ['one service is another', 'one service'],
] as const;

async function placeHosts(database: Database, { hosts, services }: ReportsOptions): Promise<void> {
  const em = database.em.fork();
  await sql`insert into host (id, labels) select 'web-' || number, '{"role": "web"}'
    from generate_series(1, ${hosts}) as number`.execute(em.getKysely());
  await sql`
    insert into goal (service, row, generation, envelope, etag, admissions, absent_after_ms, changed_at, begun_at, signed_at)
    select 'service-' || number, '{"base": null, "next": {"selector": {"role": "web"}}}', 7, '{}', '', '[]', 180000, now(), now(), now()
    from generate_series(1, ${services}) as number`.execute(em.getKysely());
}

/** All hosts, each of which has reported once a call. */
function openFleet(database: Database, { hosts, services, together }: ReportsOptions) {
  let sequence = 0;
  let changes = 0;
  const reportOf = (index: number): HostReport => ({
    host: hostId(`web-${index + 1}`),
    sequence,
    bootId: '5a8f4b0e-52c2-4b8e-9b1e-0c8f2f6c1d11',
    agentVersion: '1.4.0',
    // The index is signed anew each minute, and a host at rest has the newest.
    indexVersion: sequence,
    rootVersion: 1,
    services: Array.from({ length: services }, (_, service) => said(service, index, service === 0 ? changes : 0)),
  });
  return {
    async report(change: Change): Promise<void> {
      sequence += 1;
      if (change !== 'none') changes += 1;
      for (let from = 0; from < hosts; from += together) {
        const count = Math.min(together, hosts - from);
        await storeReports(
          database,
          Array.from({ length: count }, (_, place) => reportOf(from + place)),
        );
      }
    },
  };
}

const switchedAt = '2026-11-28T10:00:01.000Z';

const said = (service: number, host: number, changes: number): ServiceReport => ({
  service: serviceName(`service-${service + 1}`),
  generation: 7 as ServiceReport['generation'],
  attempt: { deployment: 3, local: 0 } as ServiceReport['attempt'],
  running: digestOf('release'),
  health: changes % 2 === 0 ? 'healthy' : 'unhealthy',
  state: 'healthy',
  refused: [],
  pinned: false,
  maintenance: false,
  instance: { pid: host, startTime: '81273', bootId: '5a8f4b0e-52c2-4b8e-9b1e-0c8f2f6c1d11' },
  reason: null,
  trace: {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    switchStartedAt: switchedAt,
    switchedAt,
  },
});

const head = ['a report that tells', 'host rows', 'HOT', 'service rows', 'HOT', 'log, KiB', 'ms'];

/** Rounds of one name as one: the mean. */
function sumAlike(rounds: readonly Round[]): readonly Round[] {
  return [...Map.groupBy(rounds, ({ what }) => what)].map(([what, alike]) => {
    const mean = (figure: (round: Round) => number): number =>
      alike.reduce((total, round) => total + figure(round), 0) / alike.length;
    return {
      what,
      ms: mean(({ ms }) => ms),
      hostRows: mean(({ hostRows }) => hostRows),
      hostRowsHot: mean(({ hostRowsHot }) => hostRowsHot),
      serviceRows: mean(({ serviceRows }) => serviceRows),
      serviceRowsHot: mean(({ serviceRowsHot }) => serviceRowsHot),
      walBytes: mean(({ walBytes }) => walBytes),
    };
  });
}

const cellsOf =
  (hosts: number) =>
  ({ what, ms, hostRows, hostRowsHot, serviceRows, serviceRowsHot, walBytes }: Round) => {
    const perThousand = (figure: number): number => (figure * 1_000) / hosts;
    const figures = [hostRows, hostRowsHot, serviceRows, serviceRowsHot, walBytes / 1_024, ms];
    return [what, ...figures.map(perThousand)];
  };
