import { Link } from 'wouter';
import type { DeploymentSummary } from '../client/api.ts';
import { durationText } from '../parts/durations.ts';
import { deploymentMark } from '../parts/marks.ts';
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
      {deployments.length === 0 && <p>None yet.</p>}
      {deployments.length > 0 && (
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">deployment</th>
              <th scope="col">state</th>
              <th scope="col">release</th>
              <th scope="col">subject</th>
              <th scope="col">began</th>
              <th scope="col">took</th>
            </tr>
          </thead>
          <tbody>
            {deployments.map((each) => (
              <Row key={each.number} deployment={each} now={now} isStale={isStale && each.outcome === null} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface RowProps {
  readonly deployment: DeploymentSummary;
  readonly now: number;
  readonly isStale: boolean;
}

function Row({ deployment, now, isStale }: RowProps) {
  const { deployment: object, service, number, kind, release, from, subject, reason, startedAt, endedAt } = deployment;
  const endMs = endedAt === null ? now : Date.parse(endedAt);
  return (
    <tr>
      <th scope="row">
        <Link href={`/s/${service}/d/${number}`} data-row>
          {object}
        </Link>
      </th>
      <td data-label="state">
        <StateMark {...deploymentMark(deployment)} isStale={isStale} />
        {reason !== null && <span className="reason">{reason}</span>}
      </td>
      <td data-label="release">
        {kind} {from !== null && `@${from} → `}@{release}
      </td>
      <td data-label="subject" className="subject">
        {subject}
      </td>
      <td data-label="began">
        <TimeAgo at={startedAt} now={now} /> ago
      </td>
      <td data-label="took">{durationText(endMs - Date.parse(startedAt))}</td>
    </tr>
  );
}
