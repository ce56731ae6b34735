import type { Order } from './orders.ts';

/** The key of what was sent without its dialog: as long as no answer has come, pressing again is the same request. */
export interface KeptKey {
  keyFor(order: Order): string;
  /** Its answer has come, or it can't be ordered any more. */
  forget(order: Order): void;
}

/**
 * After this long a press is a new request. What it stopped may have been let go on since, and the answer of the first
 * would tell of a stop that is over; to stop twice what stands does no harm.
 */
const keptMs = 60_000;

export function keptKey(newKey: () => string, now: () => number): KeptKey {
  let kept: { readonly about: string; readonly key: string; readonly at: number } | null = null;
  return {
    keyFor(order) {
      const about = nameOf(order);
      if (kept === null || kept.about !== about || now() - kept.at > keptMs) kept = { about, key: newKey(), at: now() };
      return kept.key;
    },
    forget(order) {
      if (kept?.about === nameOf(order)) kept = null;
    },
  };
}

const nameOf = ({ verb, service, deployment }: Order): string => `${verb} ${service}/${deployment ?? ''}`;
