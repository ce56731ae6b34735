import { Link } from 'wouter';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import type { DeploymentSummary } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { useHistory } from './use-history.ts';

interface DeploymentListProps {
  readonly service: string;
  /** The last ones. */
  readonly deployments: readonly DeploymentSummary[];
  readonly now: number;
  readonly isStale: boolean;
}

/** With outcome and time: the last ones, and on request those before them. */
export function DeploymentList({ service, deployments, now, isStale }: DeploymentListProps) {
  const { older, failed, isEnd, goBack, goOn } = useHistory(service);
  const rows = older ?? deployments;
  // The first deployment of a service is its number 1.
  const hasOlder = !isEnd && (rows.at(-1)?.number ?? 1) > 1;
  return (
    <section aria-label="Deployments">
      <h2>{older === null ? 'Last deployments' : 'Older deployments'}</h2>
      {rows.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <RowTable columns={columnsOf(now, isStale)} rows={rows} keyOf={({ number }) => number} />
      )}
      {failed !== null && <ProblemPanel problem={failed.problem} onTryAgain={failed.tryAgain} />}
      {(hasOlder || older !== null) && (
        <nav className="pages" aria-label="Pages of deployments">
          <button type="button" disabled={older === null} onClick={goBack}>
            Newer
          </button>
          <button type="button" disabled={!hasOlder} onClick={goOn}>
            Older
          </button>
        </nav>
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
    cell: ({ state, startedAt, endedAt }) =>
      state === 'queued' ? '' : durationText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt)),
  },
];
