import type { OfferedGoal } from '../../../protocol/gateway.ts';

const known = new WeakMap<OfferedGoal, number>();

/** When a goal was signed, in ms since 1970, as it says itself; for figures only. NaN where it doesn't say. */
export function issuedAtMs(offer: OfferedGoal): number {
  const before = known.get(offer);
  if (before !== undefined) return before;
  const { issuedAt } = JSON.parse(Buffer.from(offer.goal.payload, 'base64').toString('utf8')) as { issuedAt?: string };
  const atMs = Date.parse(issuedAt ?? '');
  known.set(offer, atMs);
  return atMs;
}
