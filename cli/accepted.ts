import type { Output } from './output.ts';

/** What a change says when the api has taken it. Accepted is not in effect: both are said, and how to see the rest. */
export interface Accepted {
  /** `checkout/87: paused by ada` */
  readonly accepted: string;
  /** `when the batches that were allowed have ended` */
  readonly inEffect: string;
  readonly next: string;
}

export function printAccepted(
  output: Output,
  verb: string,
  { accepted, inEffect, next }: Accepted,
  data: object,
): void {
  output.line(`accepted   ${accepted}`);
  output.line(`in effect  ${inEffect}`);
  output.line(`next       ${next}`);
  output.document(verb, { ...data, inEffect }, [next]);
}
