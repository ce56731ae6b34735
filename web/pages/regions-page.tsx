import { Link } from 'wouter';
import { listRegions, type Region, type SignedIn } from '../client/api.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { everything } from './everything.ts';
import { driftedCount, healthyText, lifeShown } from './region-rows.ts';

const readEveryMs = 2_000;

/** `/regions`: which take part, who drains which, and where hosts were changed. */
export function RegionsPage({ person }: { readonly person: SignedIn }) {
  const feed = useLive(everything);
  const version = usePaced(`${feed.connects} ${feed.known?.sequence ?? 0}`, readEveryMs);
  const regions = useResource(listRegions, version);
  const { now, isStale } = feed;
  const problem = feed.problem ?? worthTelling(regions);
  const rows = regions.data?.items ?? [];
  const isLoading = regions.data === null && problem === null;
  return (
    <Frame title="Regions" freshness={feed.freshness} person={person}>
      {!isLoading && <h1>Regions</h1>}
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={regions.reload} />}
      {isLoading && <Loading what="Regions" />}
      {rows.length > 0 && <RowTable columns={columnsOf(now, isStale)} rows={rows} keyOf={({ region }) => region} />}
      {regions.data !== null && rows.length === 0 && <p>There is no region yet.</p>}
    </Frame>
  );
}

const columnsOf = (now: number, isStale: boolean): Column<Region>[] => [
  {
    name: 'region',
    cell: ({ region }) => (
      <Link href={`/regions/${region}`} data-row>
        {region}
      </Link>
    ),
  },
  { name: 'state', cell: (region) => <StateMark {...lifeShown(region)} isStale={isStale} /> },
  { name: 'why', cell: ({ drain }) => drain && <DrainedBy drain={drain} now={now} /> },
  { name: 'instances healthy', cell: healthyText },
  { name: 'changed hosts', cell: ({ services }) => driftedCount(services) },
  {
    name: 'last report',
    cell: ({ lastSummaryAt }) => (lastSummaryAt === null ? 'never' : <TimeAgo at={lastSummaryAt} now={now} />),
  },
];

function DrainedBy({ drain, now }: { readonly drain: NonNullable<Region['drain']>; readonly now: number }) {
  return (
    <>
      by {drain.by} <TimeAgo at={drain.since} now={now} />: {drain.reason}
    </>
  );
}
