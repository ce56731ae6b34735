import { distributionOf, type Distribution } from '../frame/distribution.ts';

/** What became of all merges. */
export interface SeenMerges {
  readonly deployments: number;
  /** Whose workflow was started. */
  readonly started: number;
  readonly open: number;
  readonly byOutcome: Readonly<Record<string, number>>;
  /** Merges whose change is not live: neither by a deployment of their own nor by one that took its place. */
  readonly lost: number;
  /** Deployments beyond one a merge. */
  readonly doubled: number;
  /** From the arrival of a service's first merge until its first deployment began. */
  readonly firstOfServiceStarted: Distribution;
}

/** Of the central database's row. */
export interface MergedDeployment {
  readonly service: string;
  readonly number: number;
  /** `null` when no merge asked for it. */
  readonly commit: string | null;
  readonly outcome?: string | null | undefined;
  readonly supersededBy?: number | null | undefined;
  readonly startedAt?: Date | null | undefined;
}

export interface Arrival {
  readonly service: string;
  readonly receivedAt: Date;
}

export function countMerges(
  commits: readonly string[],
  rows: readonly MergedDeployment[],
  arrivals: readonly Arrival[],
): SeenMerges {
  const byOutcome: Record<string, number> = {};
  for (const { outcome } of rows) byOutcome[outcome ?? 'open'] = (byOutcome[outcome ?? 'open'] ?? 0) + 1;
  const live = new Set(rows.filter((row) => isLive(row, rows)).map(({ commit }) => commit));
  return {
    deployments: rows.length,
    started: rows.filter(({ startedAt }) => startedAt).length,
    open: byOutcome['open'] ?? 0,
    byOutcome,
    lost: commits.filter((commit) => !live.has(commit)).length,
    doubled: rows.length - new Set(rows.map(({ service, commit }) => `${service} ${commit}`)).size,
    firstOfServiceStarted: distributionOf(firstStarts(rows, arrivals)),
  };
}

/** Follows those that took its place; each is newer, so this ends. */
function isLive(row: MergedDeployment, rows: readonly MergedDeployment[]): boolean {
  if (row.outcome === 'succeeded') return true;
  if (row.outcome !== 'superseded') return false;
  const next = rows.find(({ service, number }) => service === row.service && number === row.supersededBy);
  return next !== undefined && next.number > row.number && isLive(next, rows);
}

function firstStarts(rows: readonly MergedDeployment[], arrivals: readonly Arrival[]): readonly number[] {
  const received = earliest(arrivals.map(({ service, receivedAt }) => [service, receivedAt]));
  const started = earliest(
    rows.flatMap(({ service, startedAt }) => (startedAt ? [[service, startedAt] as const] : [])),
  );
  return [...started].map(([service, atMs]) => atMs - (received.get(service) ?? Number.NaN));
}

function earliest(times: readonly (readonly [string, Date])[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const [service, at] of times) first.set(service, Math.min(at.getTime(), first.get(service) ?? Infinity));
  return first;
}
