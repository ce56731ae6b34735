import { inBatch } from './batch-order.ts';
import { belongs, isLive } from './host-status.ts';
import type { HostStatus } from './host-status.ts';
import { isSilent } from './region-view.ts';
import type { RegionView } from './region-view.ts';
import type { Tally } from './tally.ts';

/**
 * What the hosts and services that the release didn't touch say about a failure (docs/design.md §5):
 * - `release`: they are well, or those that reverted are well again on what they ran before;
 * - `world`: they are bad too;
 * - `unclear`: they are bad, and some that reverted are still coming up.
 */
export type Blame = 'release' | 'world' | 'unclear';

export interface ControlGroup {
  readonly blame: Blame;
  /** Without the release: hosts, those that reverted too, and instances of other services. */
  readonly hosts: number;
  readonly unhealthy: number;
  /** So many may be unhealthy in a world that is well. */
  readonly allowed: number;
}

/** Nothing to compare with blames the release. */
export function controlGroup(view: RegionView, { failed }: Tally): ControlGroup {
  const reverted = failed.filter(
    (host) => isLive(host, view.absentAfterMs) && host.running !== view.next.release.digest && host.running !== null,
  );
  const seen = count(view, reverted);
  return { blame: seen.unhealthy > seen.allowed ? blameInBadWorld(reverted) : 'release', ...seen };
}

function blameInBadWorld(reverted: readonly HostStatus[]): Blame {
  if (reverted.some(isComingUp)) return 'unclear';
  return reverted.length > 0 && reverted.every(({ health }) => health === 'healthy') ? 'release' : 'world';
}

/**
 * Bad is what would stop a batch: more unhealthy than the budget's share of the group, rounded down. Hosts in maintenance are
 * stopped, restarted and silent by intention, and pinned ones are as their operator wants them: both tell nothing.
 */
function count(view: RegionView, reverted: readonly HostStatus[]): Omit<ControlGroup, 'blame'> {
  const told = new Set(view.ordered);
  const untouched = view.hosts.filter(
    (host) => belongs(host) && !told.has(host.host) && !inBatch(view, host) && !host.pinned && !host.maintenance,
  );
  const { healthy: well, unhealthy: sick } = view.otherServices;
  const good =
    well + [...untouched, ...reverted].filter((host) => isLive(host, view.absentAfterMs) && isGood(host)).length;
  const unhealthy =
    sick + [...untouched, ...reverted].filter((host) => wentSilent(host, view) || isSick(host, view)).length;
  const hosts = good + unhealthy;
  return { hosts, unhealthy, allowed: Math.floor((hosts * view.budget.failedPercent) / 100) };
}

/** Live when the batch or bake began, silent now. One that was absent before tells nothing. */
const wentSilent = (host: HostStatus, view: RegionView): boolean =>
  isSilent(host, view) && host.reportAgeMs !== null && host.reportAgeMs < view.elapsedMs + view.absentAfterMs;

const isSick = (host: HostStatus, view: RegionView): boolean =>
  isLive(host, view.absentAfterMs) && host.health === 'unhealthy';

const isGood = (host: HostStatus): boolean => host.health === 'healthy';

const isComingUp = ({ health }: HostStatus): boolean => health === 'starting' || health === 'unknown';
