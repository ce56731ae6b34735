import { useCallback } from 'react';
import { Link } from 'wouter';
import { showRegion, type SignedIn } from '../client/api.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { DriftedHosts } from './drifted-hosts.tsx';
import { everything } from './everything.ts';
import { RegionLife } from './region-life.tsx';
import { regionTitle } from './region-rows.ts';
import { ServiceRegions } from './service-regions.tsx';

const readEveryMs = 2_000;

interface RegionPageProps {
  readonly region: string;
  readonly person: SignedIn;
}

/** `/regions/us-east`: whether it takes part, what its hosts run, and where their files were changed. */
export function RegionPage({ region, person }: RegionPageProps) {
  const feed = useLive(everything);
  const version = usePaced(`${feed.connects} ${feed.known?.sequence ?? 0}`, readEveryMs);
  const read = useCallback(() => showRegion(region), [region]);
  const shown = useResource(read, version);
  const { data } = shown;
  const { now, isStale } = feed;
  const problem = feed.problem ?? worthTelling(shown);
  const isLoading = data === null && problem === null;
  return (
    <Frame title={regionTitle(region, data)} freshness={feed.freshness} person={person}>
      {!isLoading && <h1>{region}</h1>}
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={shown.reload} />}
      {isLoading && <Loading what={region} />}
      {data !== null && (
        <>
          <RegionLife region={data} now={now} />
          <DriftedHosts hosts={data.services} now={now} by="service" />
          <ServiceRegions hosts={data.services} now={now} isStale={isStale} by="service" />
          <p>
            <Link href="/regions">All regions</Link>
          </p>
        </>
      )}
    </Frame>
  );
}
