import type { HostId, Position } from '../names.ts';

/** A goal names so many hosts as canaries at most (protocol/goal.ts). */
export const mostCanaries = 64;

/** The cut of a batch that holds canaries only: below the position of every other host. */
export const lowestPosition = '0000000000000000' as Position;

interface Placed {
  readonly host: HostId;
  readonly position: Position;
}

/** Who may run `next`: nobody before the first batch, then the canaries and everyone at or below the cut. */
export interface AllowedHosts {
  readonly cut: Position | null;
  readonly canaries: readonly HostId[];
}

export function inBatch({ cut, canaries }: AllowedHosts, { host, position }: Placed): boolean {
  return cut !== null && (canaries.includes(host) || position <= cut);
}

/**
 * Who may switch already, then canaries, by name and never by a host's own claim; then by position. So each batch is the
 * beginning of the order, and reaches exactly as far as its share.
 */
export const byBatchOrder =
  (allowed: AllowedHosts, canaries: readonly HostId[]) =>
  (a: Placed, b: Placed): number => {
    const rank = (one: Placed): number => (inBatch(allowed, one) ? 0 : canaries.includes(one.host) ? 1 : 2);
    return rank(a) - rank(b) || (a.position < b.position ? -1 : Number(a.position > b.position));
  };
