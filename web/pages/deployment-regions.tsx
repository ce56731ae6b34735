import { allowedBatches, batchBlocks, blocksText } from '../parts/batch-blocks.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import type { RegionRow } from './deployment-parts.ts';

interface DeploymentRegionsProps {
  readonly rows: readonly RegionRow[];
  readonly release: number;
  readonly now: number;
  readonly isStale: boolean;
}

/** Regions that are not fine first; an undo shows in the same table. */
export function DeploymentRegions({ rows, ...shown }: DeploymentRegionsProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-label="Regions">
      <h2>Regions</h2>
      <RowTable columns={columnsOf(shown)} rows={rows} keyOf={({ region }) => region.region} />
    </section>
  );
}

const columnsOf = ({ release, now, isStale }: Omit<DeploymentRegionsProps, 'rows'>): Column<RegionRow>[] => [
  { name: 'region', cell: ({ region }) => region.region },
  {
    name: 'state',
    cell: ({ mark, region: { reason } }) => (
      <>
        <StateMark {...mark} isStale={isStale} />
        {reason !== null && <span className="reason">{reason}</span>}
      </>
    ),
  },
  { name: 'batches', cell: batchesCell },
  { name: `on @${release}`, cell: ({ onRelease, region }) => `${onRelease} of ${region.hosts.total}` },
  { name: 'healthy', cell: ({ healthy }) => healthy },
  { name: 'unhealthy', cell: ({ unhealthy }) => unhealthy },
  { name: 'unknown', cell: ({ unknown }) => unknown },
  { name: 'absent', cell: ({ missing }) => missing },
  { name: 'last report', cell: ({ hosts }) => (hosts?.at ? <TimeAgo at={hosts.at} now={now} /> : 'never') },
];

function batchesCell({ region }: RegionRow) {
  if (region.batches === 0) return null;
  return (
    <>
      <span aria-hidden="true" className="blocks">
        {blocksText(batchBlocks(region))}
      </span>{' '}
      <span>{`${allowedBatches(region)} of ${region.batches}`}</span>
    </>
  );
}
