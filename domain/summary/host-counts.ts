import type { InstanceHealth } from '../goal/host-status.ts';
import type { ReleaseNumber } from '../names.ts';
import type { HostState } from '../states.ts';

/** Hosts of one service of which the region knows the same. */
export interface HostGroup {
  readonly hosts: number;
  /** Whether their last report is young enough (`isLive` of domain/goal/host-status.ts). */
  readonly live: boolean;
  /** `unknown` also for hosts that never named the service. */
  readonly health: InstanceHealth;
  readonly state: HostState;
  /** What they run; `null` when that is nothing, or a release whose number the region doesn't know. */
  readonly release: ReleaseNumber | null;
}

export type HostCondition = 'healthy' | 'unhealthy' | 'switching' | 'reverted' | 'unknown' | 'absent';

/** Each host is counted once, so that the conditions add up to `total`. */
export type HostCounts = Readonly<Record<HostCondition | 'total', number>>;

export interface RunningRelease {
  readonly release: ReleaseNumber;
  readonly hosts: number;
}

/**
 * The one word for a host. Silence comes before all that it said, and bad news before good. Healthy is only who says
 * so: an instance that starts, or that nobody could check, or that isn't there, is `unknown` unless its host is on its
 * way (docs/design.md §8, promise 15).
 */
export function conditionOf({ live, health, state }: Pick<HostGroup, 'live' | 'health' | 'state'>): HostCondition {
  if (!live) return 'absent';
  if (health === 'unhealthy') return 'unhealthy';
  if (state === 'reverted') return 'reverted';
  if (state === 'fetching' || state === 'switching') return 'switching';
  return health === 'healthy' ? 'healthy' : 'unknown';
}

export function countHosts(groups: readonly HostGroup[]): HostCounts {
  const counts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
  for (const group of groups) {
    counts.total += group.hosts;
    counts[conditionOf(group)] += group.hosts;
  }
  return counts;
}

/** Live hosts by the release that they run, the most used first and at most `limit`: absent ones may run anything. */
export function countReleases(groups: readonly HostGroup[], limit: number): readonly RunningRelease[] {
  const byRelease = new Map<ReleaseNumber, number>();
  for (const { live, release, hosts } of groups) {
    if (live && release !== null) byRelease.set(release, (byRelease.get(release) ?? 0) + hosts);
  }
  return [...byRelease]
    .map(([release, hosts]) => ({ release, hosts }))
    .toSorted((a, b) => b.hosts - a.hosts || b.release - a.release)
    .slice(0, limit);
}
