import { Link } from 'wouter';
import { agoText } from '../parts/durations.ts';
import { NewOrder } from '../parts/new-order.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { useHeldOrder } from '../parts/use-held-order.ts';
import type { BusyRow } from './overview-rows.ts';

interface BusyListProps {
  readonly title: string;
  readonly rows: readonly BusyRow[];
  readonly now: number;
  readonly isStale: boolean;
}

export function BusyList({ title, rows, now, isStale }: BusyListProps) {
  const order = useHeldOrder(rows, ({ key }) => key);
  return (
    <section aria-label={title} {...order.holding}>
      <h2>
        {title} <span className="count">{rows.length}</span>
      </h2>
      <ul className="busy">
        {order.rows.map((row) => (
          <li key={row.key}>
            <StateMark {...row.mark} isStale={isStale} />
            <Link href={row.path} data-row>
              {row.object}
            </Link>
            <span className="cause">
              <Move row={row} /> {row.cause}
              {row.next !== null && <span className="quiet next"> {row.next}</span>}
              {row.owners.length > 0 && <span className="quiet owners"> owners: {row.owners.join(', ')}</span>}
            </span>
            <span className="quiet">{agoText(now - Date.parse(row.since))}</span>
          </li>
        ))}
      </ul>
      <NewOrder {...order} />
    </section>
  );
}

/** `@301 → @302`, and how far. */
function Move({ row: { deployment } }: { readonly row: BusyRow }) {
  if (deployment === null) return null;
  const { from, release, stage, hosts } = deployment;
  return (
    <span className="move">
      {from !== null && `@${from} → `}@{release}
      {stage !== null && ` ${stage}`}
      {hosts.total > 0 && (
        <>
          {' '}
          <progress value={hosts.onRelease} max={hosts.total} aria-label="Hosts on the release" />{' '}
          {`${hosts.onRelease} of ${hosts.total} hosts`}
        </>
      )}
    </span>
  );
}
