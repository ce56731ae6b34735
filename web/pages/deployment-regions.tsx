import { batchBlocks, blocksText } from '../parts/batch-blocks.ts';
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
export function DeploymentRegions({ rows, release, now, isStale }: DeploymentRegionsProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-label="Regions">
      <h2>Regions</h2>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">region</th>
            <th scope="col">state</th>
            <th scope="col">batches</th>
            <th scope="col">on @{release}</th>
            <th scope="col">healthy</th>
            <th scope="col">unhealthy</th>
            <th scope="col">unknown</th>
            <th scope="col">absent</th>
            <th scope="col">last report</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Region key={row.region.region} row={row} release={release} now={now} isStale={isStale} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RegionProps = Omit<DeploymentRegionsProps, 'rows'> & { readonly row: RegionRow };

function Region({ row, release, now, isStale }: RegionProps) {
  const { region, hosts, mark, onRelease, healthy, unhealthy, unknown, missing } = row;
  const { batch, batches } = region;
  return (
    <tr className={mark.mark}>
      <th scope="row">{region.region}</th>
      <td data-label="state">
        <StateMark {...mark} isStale={isStale} />
        {region.reason !== null && <span className="reason">{region.reason}</span>}
      </td>
      <td data-label="batches">
        {batches > 0 && (
          <>
            <span aria-hidden="true" className="blocks">
              {blocksText(batchBlocks(region))}
            </span>{' '}
            <span>{`${batch} of ${batches}`}</span>
          </>
        )}
      </td>
      <td data-label={`on @${release}`}>{`${onRelease} of ${region.hosts.total}`}</td>
      <td data-label="healthy">{healthy}</td>
      <td data-label="unhealthy">{unhealthy}</td>
      <td data-label="unknown">{unknown}</td>
      <td data-label="absent">{missing}</td>
      <td data-label="last report">
        {hosts === null || hosts.at === null ? 'never' : <TimeAgo at={hosts.at} now={now} />}
      </td>
    </tr>
  );
}
