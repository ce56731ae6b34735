import type { ServiceHosts } from '../client/api.ts';
import { agoText } from '../parts/durations.ts';
import { hostsMark, isSilent, type MarkName } from '../parts/marks.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { runningRelease } from './overview-rows.ts';

interface RegionCellProps {
  readonly hosts: ServiceHosts | undefined;
  readonly now: number;
  readonly isStale: boolean;
}

/** Release and state of a service in a region; of a silent one, how old its word is. */
export function RegionCell({ hosts, now, isStale }: RegionCellProps) {
  if (hosts === undefined) return <span className="quiet">not here</span>;
  const release = runningRelease(hosts);
  const age = hosts.at === null ? 'never reported' : agoText(now - Date.parse(hosts.at));
  return (
    <>
      {release !== null && <span>{isSilent(hosts) ? `was @${release}` : `@${release}`}</span>}{' '}
      <StateMark {...hostsMark(hosts)} isStale={isStale} />
      {isSilent(hosts) && <span className="quiet"> {age}</span>}
    </>
  );
}

interface RegionsSummaryProps {
  readonly hosts: readonly ServiceHosts[];
  readonly isStale: boolean;
}

/** Of many regions: how many are in which state. */
export function RegionsSummary({ hosts, isStale }: RegionsSummaryProps) {
  const counts = new Map<MarkName, { word: string; regions: number }>();
  for (const each of hosts) {
    const { mark, word } = hostsMark(each);
    counts.set(mark, { word, regions: (counts.get(mark)?.regions ?? 0) + 1 });
  }
  return (
    <>
      {[...counts].map(([mark, { word, regions }]) => (
        <StateMark key={mark} mark={mark} word={`${word} in ${regions} of ${hosts.length}`} isStale={isStale} />
      ))}
    </>
  );
}
