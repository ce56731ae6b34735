import type { ServiceHosts } from '../client/api.ts';
import { hostsMark, isSilent } from '../parts/marks.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { runningRelease } from './overview-rows.ts';

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
      {hosts.length === 0 && <p>It runs nowhere yet.</p>}
      {hosts.length > 0 && (
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">region</th>
              <th scope="col">release</th>
              <th scope="col">state</th>
              <th scope="col">healthy</th>
              <th scope="col">unhealthy</th>
              <th scope="col">unknown</th>
              <th scope="col">absent</th>
              <th scope="col">last report</th>
            </tr>
          </thead>
          <tbody>
            {hosts.map((each) => (
              <Region key={each.region} hosts={each} now={now} isStale={isStale} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Region({
  hosts,
  now,
  isStale,
}: {
  readonly hosts: ServiceHosts;
  readonly now: number;
  readonly isStale: boolean;
}) {
  const release = runningRelease(hosts);
  // Of a silent region nothing is claimed: its last counts are no counts.
  const counts = isSilent(hosts) ? null : hosts.hosts;
  return (
    <tr>
      <th scope="row">{hosts.region}</th>
      <td data-label="release">{release === null ? 'none' : isSilent(hosts) ? `was @${release}` : `@${release}`}</td>
      <td data-label="state">
        <StateMark {...hostsMark(hosts)} isStale={isStale} />
      </td>
      <td data-label="healthy">{counts === null ? '?' : `${counts.healthy} of ${counts.total}`}</td>
      <td data-label="unhealthy">{counts === null ? '?' : counts.unhealthy + counts.reverted}</td>
      <td data-label="unknown">{counts?.unknown ?? '?'}</td>
      <td data-label="absent">{counts?.absent ?? '?'}</td>
      <td data-label="last report">{hosts.at === null ? 'never' : <TimeAgo at={hosts.at} now={now} />}</td>
    </tr>
  );
}
