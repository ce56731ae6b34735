import { Link } from 'wouter';
import { hostsShown, isSilent } from '../../domain/progress/shown-state.ts';
import type { HostCounts, ServiceHosts } from '../client/api.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { runningRelease } from './settled-rows.ts';

interface ServiceRegionsProps {
  readonly hosts: readonly ServiceHosts[];
  readonly now: number;
  readonly isStale: boolean;
  /** What its rows are: the regions of a service, or the services of a region. */
  readonly by?: 'region' | 'service';
}

/** What runs where, region by region. */
export function ServiceRegions({ hosts, now, isStale, by = 'region' }: ServiceRegionsProps) {
  const title = by === 'region' ? 'Regions' : 'Services';
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {hosts.length === 0 ? (
        <p>{by === 'region' ? 'It runs nowhere yet.' : 'Nothing runs here yet.'}</p>
      ) : (
        <RowTable columns={columnsOf(now, isStale, by)} rows={hosts} keyOf={(row) => row[by]} />
      )}
    </section>
  );
}

const columnsOf = (now: number, isStale: boolean, by: 'region' | 'service'): Column<ServiceHosts>[] => [
  {
    name: by,
    cell: (row) => (
      <Link href={by === 'region' ? `/regions/${row.region}` : `/s/${row.service}`} data-row>
        {row[by]}
      </Link>
    ),
  },
  { name: 'release', cell: releaseText },
  { name: 'state', cell: (hosts) => <StateMark {...hostsShown(hosts)} isStale={isStale} /> },
  { name: 'healthy', cell: known(({ healthy, total }) => `${healthy} of ${total}`) },
  { name: 'unhealthy', cell: known(({ unhealthy, reverted }) => unhealthy + reverted) },
  { name: 'unknown', cell: known(({ unknown }) => unknown) },
  { name: 'absent', cell: known(({ absent }) => absent) },
  { name: 'last report', cell: ({ at }) => (at === null ? 'never' : <TimeAgo at={at} now={now} />) },
];

/** Of a silent region nothing is claimed: its last counts are no counts. */
const known =
  (text: (counts: HostCounts) => string | number) =>
  (hosts: ServiceHosts): string | number =>
    hosts.hosts === null || isSilent(hosts) ? '?' : text(hosts.hosts);

function releaseText(hosts: ServiceHosts): string {
  const release = runningRelease(hosts);
  if (release === null) return 'none';
  return isSilent(hosts) ? `was @${release}` : `@${release}`;
}
