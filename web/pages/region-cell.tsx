import { useState } from 'react';
import type { ServiceHosts } from '../client/api.ts';
import { agoText } from '../parts/durations.ts';
import { hostsShown, isSilent, type ShownState } from '../../domain/progress/shown-state.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { runningRelease } from './settled-rows.ts';

interface RegionCellProps {
  readonly hosts: ServiceHosts | undefined;
  readonly now: number;
  readonly isStale: boolean;
}

/** Release and state of a service in a region; of a silent one, how old its word is. */
export function RegionCell({ hosts, now, isStale }: RegionCellProps) {
  if (hosts === undefined) return <span className="quiet">not here</span>;
  const release = runningRelease(hosts);
  const absent = hosts.hosts?.absent ?? 0;
  const age = hosts.at === null ? 'never reported' : agoText(now - Date.parse(hosts.at));
  return (
    <>
      {release !== null && <span>{isSilent(hosts) ? `was @${release}` : `@${release}`}</span>}{' '}
      <StateMark {...hostsShown(hosts)} isStale={isStale} />
      {isSilent(hosts) && <span className="quiet"> {age}</span>}
      {!isSilent(hosts) && absent > 0 && <span className="quiet"> {absent} absent</span>}
    </>
  );
}

interface RegionsSummaryProps {
  readonly hosts: readonly ServiceHosts[];
  readonly now: number;
  readonly isStale: boolean;
}

/** Of many regions: how many are in which state, and opened each one. */
export function RegionsSummary({ hosts, now, isStale }: RegionsSummaryProps) {
  const [isOpen, setOpen] = useState(false);
  if (hosts.length === 0) return <span className="quiet">not here</span>;
  const byWord = Map.groupBy(hosts.map(hostsShown), ({ word }: ShownState) => word);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {[...byWord].map(([word, [first, ...others]]) => (
          <StateMark
            key={word}
            mark={first!.mark}
            word={`${word} in ${others.length + 1} of ${hosts.length}`}
            isStale={isStale}
          />
        ))}
      </summary>
      {isOpen && (
        <ul className="regions">
          {hosts.map((each) => (
            <li key={each.region}>
              {each.region} <RegionCell hosts={each} now={now} isStale={isStale} />
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
