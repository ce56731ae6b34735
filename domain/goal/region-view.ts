import type { HostId } from '../names.ts';
import type { Budget } from '../spec/service-spec.ts';
import type { Attempt } from './attempt.ts';
import type { AllowedHosts } from './batch-order.ts';
import type { ControlGroup } from './control-group.ts';
import type { GoalRow, Placement } from './goal.ts';
import { belongs, isLive, type HostStatus } from './host-status.ts';

/** What the judge sees of one service in one region. `cut` and `canaries` are the row's. */
export interface RegionView extends AllowedHosts {
  readonly attempt: Attempt;
  readonly next: Placement;
  /** Whether hosts may run `next` before their turn (`mayRunBefore`): what such a host says of it counts as the others' word. */
  readonly runsBefore: boolean;
  /** Every host of the service here, joiners and returned ones too; who only says that it is one (`belongs`) doesn't count. */
  readonly hosts: readonly HostStatus[];
  /** Told to switch: the hosts of this batch and of those before, as each was fixed (`BatchDecision.hosts`). */
  readonly ordered: readonly HostId[];
  readonly budget: Budget;
  readonly absentAfterMs: number;
  /** Since the batch or the bake began, by the region's clock. */
  readonly elapsedMs: number;
  /** For how long somebody has listened to a region that wasn't deaf (`isDeaf`): no silence is longer. */
  readonly listeningMs: number;
  /**
   * Instances of other services in the region, for the control group. Those whose host went silent since the batch or the
   * bake began are unhealthy; those of unknown health, and those on hosts in maintenance, are in neither count.
   */
  readonly otherServices: OtherInstances;
}

/** Whether what comes is the base, deployed once more, or was left on hosts by a hold. */
export const mayRunBefore = ({ base, next, keep }: Pick<GoalRow, 'base' | 'next' | 'keep'>): boolean =>
  next !== null && [base?.release.digest, ...keep].includes(next.release.digest);

export interface OtherInstances {
  readonly healthy: number;
  readonly unhealthy: number;
  /** Of the healthy ones, those whose host was heard within `deafAfterMs`; left out where that is said of all. */
  readonly heard?: number;
}

/** `advance`: good. `stop`: undo. `hold`: a person decides. */
export interface Verdict {
  readonly verdict: 'wait' | 'advance' | 'stop' | 'hold';
  /** One sentence for people. */
  readonly reason: string;
  readonly counts: BatchCounts;
  readonly failed: readonly HostId[];
  readonly lost: readonly HostId[];
  /** Excluded from the judgement and not on the release, also when that began after their batch did. */
  readonly pinned: readonly HostId[];
  readonly maintenance: readonly HostId[];
  /** What was compared with, where too much has failed. */
  readonly group?: ControlGroup;
}

export interface BatchCounts {
  /** Hosts told to switch, and others that did by the goal's rule: the sum of the four below. */
  readonly switched: number;
  readonly healthy: number;
  readonly failed: number;
  readonly lost: number;
  readonly pending: number;
}

/**
 * From when on a region of which nobody is heard is deaf. Hosts report three times within `absentAfterMs`: what keeps all of them
 * from being heard makes the first of them absent when the last has been silent for two thirds of that.
 */
export const deafAfterMs = (absentAfterMs: number): number => (absentAfterMs * 2) / 3;

/**
 * Whether nobody at all is heard. Then it is more likely that reports don't get through (a gateway or database that
 * restarts) than that every host is gone: neither is the release's fault, and there is nothing to ask a person yet. The
 * silence of a single host says nothing of the region.
 */
export function isDeaf({ hosts, absentAfterMs, otherServices }: Omit<RegionView, 'listeningMs'>): boolean {
  const known = hosts.filter((host) => belongs(host) && host.reportAgeMs !== null);
  const { healthy, heard = healthy } = otherServices;
  return known.length > 1 && heard === 0 && !known.some((host) => isLive(host, deafAfterMs(absentAfterMs)));
}

/** Whether a host says nothing although somebody has listened for long enough. */
export const isSilent = (host: HostStatus, { absentAfterMs, listeningMs }: RegionView): boolean =>
  !isLive(host, absentAfterMs) && listeningMs >= absentAfterMs;
