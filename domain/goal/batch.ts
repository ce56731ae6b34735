import type { HostId, Position } from '../names.ts';
import { shareOf } from '../plan/batch-size.ts';
import type { Share } from '../spec/service-spec.ts';
import { byBatchOrder, inBatch, lowestPosition } from './batch-order.ts';
import type { AllowedHosts } from './batch-order.ts';
import { isLive } from './host-status.ts';
import type { HostStatus } from './host-status.ts';

/** `cut` and canaries are the row's, before this batch. */
export interface BatchInput extends AllowedHosts {
  readonly laterCanaries?: readonly HostId[];
  /** Cumulative, of the hosts that can take part. */
  readonly share: Share;
  readonly absentAfterMs: number;
}

/** Hosts are in batch order. */
export type BatchDecision =
  | {
      readonly outcome: 'fixed';
      readonly cut: Position;
      /** Those that may switch with it; of others the turn comes first in the batches after it. */
      readonly canaries: readonly HostId[];
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
 * Who a batch is, fixed when it begins (docs/goal-protocol.md §5): of the hosts that can take part exactly its share, or
 * those that may switch already where these are more. Hosts that can't take part (absent, pinned, in maintenance) are
 * listed and don't count. The cut never falls: a host that comes back with a low position must not push out the one that
 * stood in for it.
 */
export function fixBatch(hosts: readonly HostStatus[], input: BatchInput): BatchDecision {
  const candidates = [...input.canaries, ...(input.laterCanaries ?? [])];
  const placed = hosts
    .filter(({ selected }) => selected.base || selected.next)
    .toSorted(byBatchOrder(input, candidates));
  const live = placed.filter((host) => isLive(host, input.absentAfterMs));
  const ready = live.filter((host) => !host.pinned && !host.maintenance);
  if (ready.length === 0) {
    return {
      outcome: 'waiting',
      reason: live.length > 0 && live.every((host) => host.pinned) ? 'all hosts pinned' : 'no host',
    };
  }
  const allowed = allow(ready.slice(0, shareOf(input.share, ready.length)), input, candidates);
  const members = ready.filter((host) => inBatch(allowed, host));
  return {
    outcome: 'fixed',
    ...allowed,
    hosts: names(members.filter((host) => !inBatch(input, host))),
    cumulative: members.length,
    absent: names(placed.filter((host) => !isLive(host, input.absentAfterMs))),
    pinned: names(live.filter((host) => host.pinned)),
    maintenance: names(live.filter((host) => host.maintenance && !host.pinned)),
  };
}

/** Canaries need no cut: a batch that they fill has the lowest one. Who may switch already goes on to. */
function allow(
  taken: readonly HostStatus[],
  { cut, canaries }: AllowedHosts,
  candidates: readonly HostId[],
): { readonly cut: Position; readonly canaries: readonly HostId[] } {
  const named = new Set([...(cut === null ? [] : canaries), ...names(taken)]);
  const last = taken.findLast(({ host }) => !candidates.includes(host))?.position ?? lowestPosition;
  return {
    cut: cut !== null && cut > last ? cut : last,
    canaries: candidates.filter((host) => named.has(host)),
  };
}

const names = (hosts: readonly HostStatus[]): readonly HostId[] => hosts.map(({ host }) => host);
