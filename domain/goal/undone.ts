import type { Generation, HostId } from '../names.ts';
import type { Attempt } from './attempt.ts';
import type { Placement } from './goal.ts';
import { belongs, isLive, isRefused, targetOf } from './host-status.ts';
import type { HostStatus } from './host-status.ts';

export interface UndoneInput {
  /** Of the undo's row. */
  readonly attempt: Attempt;
  readonly generation: Generation;
  readonly base: Placement | null;
  readonly absentAfterMs: number;
}

/** Who brought the region back, and who couldn't be. A host is in one list only. */
export interface UndoneVerdict {
  readonly verdict: 'wait' | 'undone';
  /** Run the base, as the undo's goal says. */
  readonly onBase: readonly HostId[];
  /** Reachable, and not there yet: only these are waited for. */
  readonly pending: readonly HostId[];
  readonly unreachable: readonly HostId[];
  readonly pinned: readonly HostId[];
  /** Run nothing, or stop what they run: they come to the base when they are back. */
  readonly maintenance: readonly HostId[];
  /** The base failed there in this deployment, and isn't well. */
  readonly refusing: readonly HostId[];
}

export type Standing = Exclude<keyof UndoneVerdict, 'verdict'>;

/**
 * Whether a deployment is undone in a region: every reachable, unpinned host of the service there, joiners too, has
 * reported the undo's generation and runs the base (docs/goal-protocol.md §6). The generation is what tells it from a host
 * that hasn't heard yet, also where the release undone is the base itself. A host that belongs to the service by its own
 * word only is in no list: nobody waits for it.
 */
export function judgeUndone(hosts: readonly HostStatus[], input: UndoneInput): UndoneVerdict {
  const lists = Object.groupBy(hosts.filter(belongs), (host) => standingOf(host, input));
  const named = (standing: Standing): readonly HostId[] => (lists[standing] ?? []).map(({ host }) => host);
  return {
    verdict: (lists.pending ?? []).length === 0 ? 'undone' : 'wait',
    onBase: named('onBase'),
    pending: named('pending'),
    unreachable: named('unreachable'),
    pinned: named('pinned'),
    maintenance: named('maintenance'),
    refusing: named('refusing'),
  };
}

/** In which of the lists it is. */
export function standingOf(host: HostStatus, { attempt, generation, base, absentAfterMs }: UndoneInput): Standing {
  if (!isLive(host, absentAfterMs)) return 'unreachable';
  if (host.pinned) return 'pinned';
  if (host.maintenance) return 'maintenance';
  if (host.generation < generation) return 'pending';
  const target = targetOf(base, host.selected.base);
  const baseFailed = target !== null && isRefused(host.refused, attempt.deployment, target);
  // In an undo it stays on the base that failed: anything else that runs there is still to go.
  if (baseFailed && host.health !== 'healthy' && (host.running === target || host.running === null)) return 'refusing';
  return host.running === target ? 'onBase' : 'pending';
}
