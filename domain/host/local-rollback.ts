import type { Digest } from '../names.ts';
import type { ServiceState } from './service-state.ts';

export type LocalRollback =
  /** The host is to be pinned to this release, which is whole on its disk. `repeats`: it is pinned to it already. */
  | { readonly outcome: 'rollback'; readonly release: Digest; readonly repeats: boolean }
  /** One sentence, for people. */
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Where a host's operator gets to by going back, with nothing but this disk: no goal in force, no gateway, no right time.
 *
 *   already pinned                            where it is pinned to, so that pressing twice goes back once
 *   a revert or an undo is under way          where that goes
 *   what runs is the base                     the base before it (and, while it is new here, what ran before)
 *   what runs is anything else (`next`, kept) what ran before if the region vouches for it, else the base
 */
export function decideRollback(service: ServiceState): LocalRollback {
  const { pin, onDisk } = service;
  if (pin !== null) {
    const isThere = onDisk.includes(pin);
    return isThere
      ? { outcome: 'rollback', release: pin, repeats: true }
      : refused(`pinned to ${pin}, which ${absent}`);
  }
  const leaving = service.trial === null ? service.current : service.trial.to;
  const known = waysBack(service, leaving).filter((release): release is Digest => release !== null);
  const ways = isUnderWay(service) ? known : known.filter((release) => release !== leaving);
  const release = ways.find((each) => onDisk.includes(each));
  if (release !== undefined) return { outcome: 'rollback', release, repeats: false };
  return refused(
    ways[0] === undefined ? 'no other release ran here before' : `${ways[0]}, which ran before, ${absent}`,
  );
}

/** Best first. */
function waysBack(service: ServiceState, leaving: Digest | null): readonly (Digest | null)[] {
  const { trial, goal, before, previous, formerBase } = service;
  if (isUnderWay(service)) return [trial?.to ?? null];
  const base = baseOf(service);
  if (leaving === base || goal === null) return [trial === null ? null : before, formerBase, previous];
  const vouchedFor = before === base || (before !== null && goal.goal.keep.includes(before));
  return [vouchedFor ? before : null, base, before, previous];
}

/** The agent, or the region, is on the way back already. */
const isUnderWay = ({ trial, goal }: ServiceState): boolean =>
  trial !== null && (trial.kind === 'revert' || goal?.goal.mode === 'undo');

const baseOf = ({ goal }: ServiceState): Digest | null => goal?.goal.base?.release.digest ?? null;

const absent = 'is not whole on this disk';
const refused = (reason: string): LocalRollback => ({ outcome: 'refused', reason });
