/** Hosts that an undo has left: they run what was undone, or may, or can't run what was there before. */
import type { Digest, HostId } from '../names.ts';
import type { Placement } from './goal.ts';
import { belongs, type HostStatus } from './host-status.ts';
import type { LeftCounts, LeftReason } from './left-counts.ts';
import { standingOf, type UndoneInput } from './undone.ts';

export interface LeftHost {
  readonly host: HostId;
  /** By its last report; `null`: nothing. Of a silent host it may be something else by now. */
  readonly runs: Digest | null;
  readonly why: LeftReason;
}

export interface LeftInput extends UndoneInput {
  readonly next: Placement | null;
  /** Hosts that a batch of the deployment has told to switch. */
  readonly ordered: ReadonlySet<HostId>;
}

/**
 * Exactly those to whom this deployment came: one that was pinned or silent before, on whatever release, is no work of it,
 * and one that is on its way back is waited for.
 */
export function leftHosts(hosts: readonly HostStatus[], input: LeftInput): readonly LeftHost[] {
  const next = input.next?.release.digest ?? null;
  return hosts.filter(belongs).flatMap((status): LeftHost[] => {
    const { host, running: runs } = status;
    const runsNext = next !== null && runs === next && runs !== input.base?.release.digest;
    switch (standingOf(status, input)) {
      case 'refusing':
        return [{ host, runs, why: 'refusing' }];
      case 'pinned':
        return runsNext ? [{ host, runs, why: 'pinned' }] : [];
      case 'unreachable':
        return runsNext || input.ordered.has(host) ? [{ host, runs, why: 'silent' }] : [];
      default:
        return [];
    }
  });
}

export function countLeft(hosts: readonly LeftHost[]): LeftCounts {
  const count = (why: LeftReason): number => hosts.filter((each) => each.why === why).length;
  return { pinned: count('pinned'), silent: count('silent'), refusing: count('refusing') };
}
