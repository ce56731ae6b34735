import { changedText, unnamedText } from '../../domain/progress/drift-text.ts';
import type { ServiceHosts } from '../client/api.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { driftedCount, driftedRows, type DriftedRow } from './region-rows.ts';

interface DriftedHostsProps {
  readonly hosts: readonly ServiceHosts[];
  readonly now: number;
  /** What tells rows apart beside the host: a region's page lists services, a service's page regions. */
  readonly by: 'service' | 'region';
}

/** Hosts whose installed files aren't what was signed, by name; nothing where there are none. */
export function DriftedHosts({ hosts, now, by }: DriftedHostsProps) {
  const count = driftedCount(hosts);
  if (count === 0) return null;
  const unnamed = hosts.flatMap(({ service, drifted }) => (drifted && unnamedText(service, drifted)) ?? []);
  return (
    <section aria-label="Changed on hosts">
      <h2>
        Changed on hosts <span className="count">{count}</span>
      </h2>
      <p>Files of an installed release that are not what was signed: changed by hand, or by a fault.</p>
      <RowTable
        columns={columnsOf(now, by)}
        rows={driftedRows(hosts)}
        keyOf={({ service, region, host }) => `${service} ${region} ${host}`}
      />
      {unnamed.length > 0 && <p>{unnamed.join('; ')}</p>}
    </section>
  );
}

const columnsOf = (now: number, by: DriftedHostsProps['by']): Column<DriftedRow>[] => [
  { name: 'host', cell: ({ host }) => host },
  { name: by, cell: (row) => row[by] },
  { name: 'changed', cell: (row) => <code>{changedText(row)}</code> },
  { name: 'state', cell: ({ state }) => state },
  { name: 'since', cell: ({ since }) => <TimeAgo at={since} now={now} /> },
];
