import { useState } from 'react';
import { counted } from '../../domain/progress/plain-text.ts';
import { allowedBatches, batchBlocks, blocksText } from '../parts/batch-blocks.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { foldFine, type RegionRow } from './deployment-parts.ts';

interface DeploymentRegionsProps {
  readonly rows: readonly RegionRow[];
  readonly release: number;
  readonly now: number;
  readonly isStale: boolean;
}

/** Regions that are not fine first; an undo shows in the same table. */
export function DeploymentRegions({ rows, ...shown }: DeploymentRegionsProps) {
  if (rows.length === 0) return null;
  const { shown: concerning, fine } = foldFine(rows);
  const columns = columnsOf(shown);
  return (
    <section aria-label="Regions">
      <h2>Regions</h2>
      {concerning.length > 0 && <RowTable columns={columns} rows={concerning} keyOf={nameOf} />}
      {fine.length > 0 && <FineRegions columns={columns} rows={fine} />}
    </section>
  );
}

interface FineRegionsProps {
  readonly columns: readonly Column<RegionRow>[];
  readonly rows: readonly RegionRow[];
}

function FineRegions({ columns, rows }: FineRegionsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{`+ ${counted(rows.length, 'region')} fine`}</summary>
      {isOpen && <RowTable columns={columns} rows={rows} keyOf={nameOf} />}
    </details>
  );
}

const nameOf = ({ region }: RegionRow): string => region.region;

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
