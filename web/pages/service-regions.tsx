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
}

/** What runs where, region by region. */
export function ServiceRegions({ hosts, now, isStale }: ServiceRegionsProps) {
  return (
    <section aria-label="Regions">
      <h2>Regions</h2>
      {hosts.length === 0 ? (
        <p>It runs nowhere yet.</p>
      ) : (
        <RowTable columns={columnsOf(now, isStale)} rows={hosts} keyOf={({ region }) => region} />
      )}
    </section>
  );
}

const columnsOf = (now: number, isStale: boolean): Column<ServiceHosts>[] => [
  { name: 'region', cell: ({ region }) => region },
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
