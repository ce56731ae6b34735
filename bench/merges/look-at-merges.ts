import { deploymentNumber } from '../../domain/names.ts';
import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { Deployment, InboxRow } from '../../infra/postgres/central/entities.ts';
import type { DeploymentRow } from '../../infra/postgres/central/entities/deployment.ts';
import type { Inbox } from '../../infra/postgres/central/entities/inbox.ts';
import { distributionOf, type Distribution } from '../frame/distribution.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** What became of all merges, out of the central database. */
export interface SeenMerges {
  readonly deployments: number;
  readonly open: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  /** Merges whose change is not live: neither by a deployment of their own nor by one that took its place. */
  readonly lost: number;
  /** Deployments beyond one a merge. */
  readonly doubled: number;
  /** From the arrival of a service's first merge until its first deployment began. */
  readonly firstOfServiceStarted: Distribution;
}

const longestMs = 60 * 60_000;

/** Accepted by their lanes, and none waits in one. */
export const untilAllStarted = ({ signal }: Bench, { central }: BenchStack, merges: number): Promise<true> =>
  until('every deployment to begin', { limitMs: longestMs, signal }, async () => {
    const em = central.em.fork();
    const waiting = await em.count(Deployment, { outcome: null, startedAt: null });
    return waiting === 0 && (await em.count(Deployment, {})) >= merges ? true : undefined;
  });

export const untilAllEnded = ({ signal }: Bench, { central }: BenchStack, merges: number): Promise<true> =>
  until('every deployment to end', { limitMs: longestMs, signal }, async () => {
    const em = central.em.fork();
    const open = await em.count(Deployment, { outcome: null });
    return open === 0 && (await em.count(Deployment, {})) >= merges ? true : undefined;
  });

export async function lookAtMerges({ central }: BenchStack, merges: readonly Merge[]): Promise<SeenMerges> {
  const rows = await central.em.fork().find(Deployment, {});
  const byOutcome: Record<string, number> = {};
  for (const { outcome } of rows) byOutcome[outcome ?? 'open'] = (byOutcome[outcome ?? 'open'] ?? 0) + 1;
  const inbox = await central.em.fork().find(InboxRow, {}, { orderBy: { id: 'asc' } });
  const live = new Set(rows.filter((row) => isLive(row, rows)).flatMap(commitOf));
  return {
    deployments: rows.length,
    open: rows.filter(({ outcome }) => !outcome).length,
    byOutcome,
    lost: merges.filter(({ after }) => !live.has(after)).length,
    firstOfServiceStarted: distributionOf(firstStarts(rows, inbox)),
    doubled: rows.length - new Set(rows.flatMap(commitOf)).size,
  };
}

function firstStarts(rows: readonly DeploymentRow[], inbox: readonly Inbox[]): readonly number[] {
  const services = new Set(rows.map(({ service }) => service));
  return [...services].map((name) => {
    const received = inbox.flatMap(({ service, receivedAt }) => (service === name ? [receivedAt.getTime()] : []));
    const started = rows.flatMap(({ service, startedAt }) =>
      service === name && startedAt ? [startedAt.getTime()] : [],
    );
    return Math.min(...started) - Math.min(...received);
  });
}

/** Follows those that took its place; each is newer, so this ends. */
function isLive(row: DeploymentRow, rows: readonly DeploymentRow[]): boolean {
  if (row.outcome === 'succeeded') return true;
  if (row.outcome !== 'superseded' || row.supersededBy === null || row.supersededBy === undefined) return false;
  const by = deploymentNumber(row.supersededBy);
  const next = rows.find(({ service, number }) => service === row.service && number === by);
  return next !== undefined && next.number > row.number && isLive(next, rows);
}

const commitOf = ({ source }: DeploymentRow): readonly string[] => (source.from === 'merge' ? [source.commit] : []);
