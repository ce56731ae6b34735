import type { Generation, HostId } from '../names.ts';
import { belongs, isLive, type HostStatus } from './host-status.ts';

/** Who has heard of a hold, and who can't or needn't. A host is in one list only. */
export interface HeardHold {
  readonly heard: readonly HostId[];
  /** Reachable, and hasn't reported it yet: only these are waited for. */
  readonly pending: readonly HostId[];
  readonly unreachable: readonly HostId[];
}

/** A hold is done when every reachable host has reported its generation: until then it may still switch. */
export function judgeHeld(
  hosts: readonly HostStatus[],
  { generation, absentAfterMs }: { readonly generation: Generation; readonly absentAfterMs: number },
): HeardHold {
  const own = hosts.filter(belongs);
  const live = own.filter((host) => isLive(host, absentAfterMs));
  const names = (some: readonly HostStatus[]): readonly HostId[] => some.map(({ host }) => host);
  return {
    heard: names(live.filter((host) => host.generation >= generation)),
    pending: names(live.filter((host) => host.generation < generation)),
    unreachable: names(own.filter((host) => !isLive(host, absentAfterMs))),
  };
}
