import { useMemo } from 'react';
import { listAllDeployments, listServices, type ServiceSummary, type SignedIn } from '../client/api.ts';
import type { FeedSource } from '../live/feed.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { BusyList } from './busy-list.tsx';
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
  const { now, isStale } = feed;
  const overview = useMemo(() => overviewRows(services.data ?? [], feed.known), [services.data, feed.known]);
  const { needs, moving, settled } = overview;
  const calm = settledLine(overview, now, isStale);
  const problem = feed.problem ?? worthTelling(services);
  // That something waits for an approval can be said calmly.
  const alarming = needs.filter(({ mark }) => mark.mark !== 'wait');
  return (
    <Frame
      title={services.data === null ? 'Overview' : overviewTitle(overview, isStale)}
      freshness={feed.freshness}
      person={person}
      status={`${needs.length} need someone, ${moving.length} moving`}
      alerts={alarming.map(({ object, mark, cause }) => ({ about: `${object} ${mark.word}`, cause }))}
    >
      <h1 className="unseen">Overview</h1>
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

const everything: FeedSource = {
  url: '/v1/events',
  poll: async () => {
    const [deployments, services] = await Promise.all([
      listAllDeployments({ open: 'true', limit: 200 }),
      allServices(),
    ]);
    return {
      deployments: deployments.items,
      lanes: services.map(({ lane }) => lane),
      hosts: services.flatMap(({ hosts }) => hosts),
    };
  },
};

async function allServices(): Promise<ServiceSummary[]> {
  const services: ServiceSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await listServices({ limit: 200, ...(cursor !== undefined && { cursor }) });
    services.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return services;
}
