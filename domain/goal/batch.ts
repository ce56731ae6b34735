import type { HostId, Position } from '../names.ts';
import { shareOf } from '../plan/batch-size.ts';
import type { Share } from '../spec/service-spec.ts';
import { byBatchOrder, inBatch, lowestPosition } from './batch-order.ts';
import type { AllowedHosts } from './batch-order.ts';
import { isLive } from './host-status.ts';
import type { HostStatus } from './host-status.ts';

/** `cut` and `canaries` are the row's, before this batch. */
export interface BatchInput extends AllowedHosts {
  /** Cumulative, of the hosts that can take part. */
  readonly share: Share;
  readonly absentAfterMs: number;
}

/** Hosts are in batch order. */
export type BatchDecision =
  | {
      readonly outcome: 'fixed';
      readonly cut: Position;
      /** Brought by this batch: live, and not allowed before. */
      readonly hosts: readonly HostId[];
      /** With those of earlier batches that are still live. */
      readonly cumulative: number;
      readonly absent: readonly HostId[];
      readonly pinned: readonly HostId[];
      readonly maintenance: readonly HostId[];
    }
  /** `no host`: begun again when one reports. `all hosts pinned`: a person decides. */
  | { readonly outcome: 'waiting'; readonly reason: 'no host' | 'all hosts pinned' };

/**
 * Who a batch is, fixed when it begins (docs/goal-protocol.md §5). Hosts that can't take part (absent, pinned, in
 * maintenance) are listed and don't count. The cut never falls: a host that comes back with a low position must not
 * push out the one that stood in for it.
 */
export function fixBatch(hosts: readonly HostStatus[], input: BatchInput): BatchDecision {
  const placed = hosts.filter(({ selected }) => selected.base || selected.next).toSorted(byBatchOrder(input.canaries));
  const live = placed.filter((host) => isLive(host, input.absentAfterMs));
  const ready = live.filter((host) => !host.pinned && !host.maintenance);
  if (ready.length === 0) {
    return {
      outcome: 'waiting',
      reason: live.length > 0 && live.every((host) => host.pinned) ? 'all hosts pinned' : 'no host',
    };
  }
  const allowed = { cut: cutOf(ready, input), canaries: input.canaries };
  const members = ready.filter((host) => inBatch(allowed, host));
  return {
    outcome: 'fixed',
    cut: allowed.cut,
    hosts: names(members.filter((host) => !inBatch(input, host))),
    cumulative: members.length,
    absent: names(placed.filter((host) => !isLive(host, input.absentAfterMs))),
    pinned: names(live.filter((host) => host.pinned)),
    maintenance: names(live.filter((host) => host.maintenance && !host.pinned)),
  };
}

/** Canaries need no cut: a batch that they fill has the lowest one. */
function cutOf(ready: readonly HostStatus[], { share, cut, canaries }: BatchInput): Position {
  const taken = ready.slice(0, shareOf(share, ready.length));
  const last = taken.findLast(({ host }) => !canaries.includes(host))?.position ?? lowestPosition;
  return cut !== null && cut > last ? cut : last;
}

const names = (hosts: readonly HostStatus[]): readonly HostId[] => hosts.map(({ host }) => host);
