import { Link } from 'wouter';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import type { DeploymentSummary } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';

interface DeploymentListProps {
  readonly deployments: readonly DeploymentSummary[];
  readonly now: number;
  readonly isStale: boolean;
}

/** The last ones, with outcome and time. */
export function DeploymentList({ deployments, now, isStale }: DeploymentListProps) {
  return (
    <section aria-label="Deployments">
      <h2>Last deployments</h2>
      {deployments.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <RowTable columns={columnsOf(now, isStale)} rows={deployments} keyOf={({ number }) => number} />
      )}
    </section>
  );
}

const columnsOf = (now: number, isStale: boolean): Column<DeploymentSummary>[] => [
  {
    name: 'deployment',
    cell: ({ deployment, service, number }) => (
      <Link href={`/s/${service}/d/${number}`} data-row>
        {deployment}
      </Link>
    ),
  },
  {
    name: 'state',
    cell: (deployment) => (
      <>
        <StateMark {...deploymentShown(deployment)} isStale={isStale && deployment.outcome === null} />
        {deployment.reason !== null && <span className="reason">{deployment.reason}</span>}
      </>
    ),
  },
  { name: 'release', cell: ({ kind, from, release }) => `${kind} ${from === null ? '' : `@${from} → `}@${release}` },
  { name: 'subject', cell: ({ subject }) => subject, className: 'subject' },
  {
    name: 'began',
    cell: ({ startedAt }) => (
      <>
        <TimeAgo at={startedAt} now={now} /> ago
      </>
    ),
  },
  {
    name: 'took',
    cell: ({ startedAt, endedAt }) =>
      durationText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)),
  },
];
