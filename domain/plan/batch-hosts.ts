import type { Share } from '../spec/service-spec.ts';
import { shareOf } from './batch-size.ts';

/**
 * How many of a region's hosts may run the release once each batch is allowed, those of the batches before it among them.
 * Never fewer than before: a batch takes no host back.
 * @param hosts that can take part: an absent one stands in no batch
 */
export function batchHosts(batches: readonly Share[], hosts: number): number[] {
  let reached = 0;
  return batches.map((share) => (reached = Math.max(reached, shareOf(share, hosts))));
}
