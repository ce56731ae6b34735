import { useMemo } from 'react';
import { Link } from 'wouter';
import { showFleet, type SignedIn } from '../client/api.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { MarkShape } from '../parts/state-mark.tsx';
import { BusyList } from './busy-list.tsx';
import { allServices, everything } from './everything.ts';
import { stoppedText } from './held-text.ts';
import { NoService } from './no-service.tsx';
import { hostsVersion, overviewRows } from './overview-rows.ts';
import { overviewTitle, settledLine } from './overview-text.ts';
import { Reviews } from './reviews.tsx';
import { SettledTable } from './settled-table.tsx';

/** A change may settle a service, or what regions say keep it; the list is asked for anew this often at most. */
const listEveryMs = 3_000;

/** `/`: is anything wrong, what moves, what runs where. */
export function OverviewPage({ person }: { readonly person: SignedIn }) {
  const feed = useLive(everything);
  const version = usePaced(`${feed.connects} ${feed.known?.sequence ?? 0} ${hostsVersion(feed.known)}`, listEveryMs);
  const services = useResource(allServices, version);
  const stopped = useResource(showFleet, version).data?.stopped ?? null;
  const { now, isStale } = feed;
  const overview = useMemo(() => overviewRows(services.data ?? [], feed.known), [services.data, feed.known]);
  const { needs, moving, settled } = overview;
  const calm = settledLine(overview, now, isStale);
  const problem = feed.problem ?? worthTelling(services);
  // That something waits for an approval can be said calmly.
  const alarming = needs.filter(({ mark }) => mark.mark !== 'wait');
  const busy = alarming.map(({ object, mark, cause }) => ({ about: `${object} ${mark.word}`, cause }));
  return (
    <Frame
      title={services.data === null ? 'Overview' : overviewTitle(overview, isStale)}
      freshness={feed.freshness}
      person={person}
      status={`${needs.length} need someone, ${moving.length} moving`}
      alerts={stopped === null ? busy : [{ about: 'The line is stopped', cause: stoppedText(stopped) }, ...busy]}
    >
      <h1 className="unseen">Overview</h1>
      {stopped !== null && (
        <p className="banner locked">
          <MarkShape name="lock" /> {stoppedText(stopped)}. <Link href="/locks">Start the line</Link>
        </p>
      )}
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={services.reload} />}
      {services.data === null && problem === null && <Loading what="Overview" />}
      {services.data?.length === 0 && <NoService />}
      {needs.length > 0 && <BusyList title="Needs someone" rows={needs} now={now} isStale={isStale} />}
      <Reviews version={version} />
      {moving.length > 0 && <BusyList title="Moving" rows={moving} now={now} isStale={isStale} />}
      {calm !== null && <p>{calm}</p>}
      {settled.length > 0 && <SettledTable rows={settled} now={now} isStale={isStale} />}
    </Frame>
  );
}
