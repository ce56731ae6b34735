import type { HostId } from '../names.ts';
import { inBatch } from './batch-order.ts';
import { belongs, isLive, isRefused, targetOf } from './host-status.ts';
import type { HostStatus } from './host-status.ts';
import { isSilent } from './region-view.ts';
import type { BatchCounts, RegionView } from './region-view.ts';

type Fate = 'healthy' | 'failed' | 'lost' | 'pending';

/** The hosts that count in a judgement, by what became of them. */
export type Tally = Readonly<Record<Fate, readonly HostStatus[]>>;

/** Sorts the hosts of a deployment in a region. With `overdue`, whoever is still pending is lost. */
export function tally(view: RegionView, overdue: boolean): Tally {
  const ordered = new Set(view.ordered);
  const fates = Object.groupBy(view.hosts, (host) => fateOf(host, view, ordered) ?? 'none');
  const { healthy = [], failed = [], lost = [], pending = [] } = fates;
  return overdue ? { healthy, failed, lost: [...lost, ...pending], pending: [] } : { healthy, failed, lost, pending };
}

export function countsOf({ healthy, failed, lost, pending }: Tally): BatchCounts {
  const counts = { healthy: healthy.length, failed: failed.length, lost: lost.length, pending: pending.length };
  return { switched: counts.healthy + counts.failed + counts.lost + counts.pending, ...counts };
}

/** Of the hosts in `among` only. */
export function restrict({ healthy, failed, lost, pending }: Tally, among: readonly HostId[]): Tally {
  const names = new Set(among);
  const only = (hosts: readonly HostStatus[]): readonly HostStatus[] => hosts.filter(({ host }) => names.has(host));
  return { healthy: only(healthy), failed: only(failed), lost: only(lost), pending: only(pending) };
}

/**
 * `null`: doesn't count. A failure counts whenever it comes and wherever a host stands that may run the release
 * (docs/goal-protocol.md §5). Whoever may not has never had it, and only says that it failed: no single host stops a
 * deployment before its turn. A host that wasn't told to switch, but did because its position is below the cut, counts as
 * healthy or lost, and nobody waits for it.
 */
function fateOf(host: HostStatus, view: RegionView, ordered: ReadonlySet<HostId>): Fate | null {
  const told = ordered.has(host.host);
  if (!told && !belongs(host)) return null;
  const inTurn = told || view.runsBefore || inBatch(view, host);
  if (inTurn && isRefused(host.refused, view.attempt.deployment, view.next.release.digest)) return 'failed';
  if (host.pinned || host.maintenance) return null;
  const switched = hasSwitched(host, view);
  if (switched && host.health === 'unhealthy') return 'failed';
  if (!told && !switched) return null;
  if (isSilent(host, view)) return 'lost';
  if (!isLive(host, view.absentAfterMs)) return told ? 'pending' : null;
  if (switched && isWell(host, view)) return 'healthy';
  return told ? 'pending' : null;
}

/** Runs `next` because of this deployment: an older report of the same release proves nothing. */
function hasSwitched(host: HostStatus, view: RegionView): boolean {
  const here = host.attempt?.deployment === view.attempt.deployment;
  return here && inBatch(view, host) && host.running === targetOf(view.next, host.selected.next);
}

/** Unknown is never healthy. Where `next` selects the host no more, running nothing is what was asked for. */
const isWell = (host: HostStatus, view: RegionView): boolean =>
  targetOf(view.next, host.selected.next) === null ? host.running === null : host.health === 'healthy';
