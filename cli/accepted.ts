import type { DocumentData, DocumentName } from './json-documents.ts';
import type { Output } from './output.ts';

/** What a change says when the api has taken it. Accepted is not in effect: both are said, and how to see the rest. */
export interface Accepted {
  /** `checkout/87: paused by ada` */
  readonly accepted: string;
  /** `checkout/85`: what waited, and has ended because of it. */
  readonly superseded?: readonly string[] | undefined;
  /** `when the batches that were allowed have ended` */
  readonly inEffect: string;
  readonly next: string;
}

/** Commands whose document says when they are in effect. */
type Change = { [Name in DocumentName]: 'inEffect' extends keyof DocumentData<Name> ? Name : never }[DocumentName];

export function printAccepted<Name extends Change>(
  output: Output,
  verb: Name,
  { accepted, superseded = [], inEffect, next }: Accepted,
  data: Omit<DocumentData<Name>, 'inEffect'>,
): void {
  output.line(`accepted   ${accepted}`);
  if (superseded.length > 0) output.line(`superseded ${superseded.join(', ')}, which waited`);
  output.line(`in effect  ${inEffect}`);
  output.line(`next       ${next}`);
  output.document(verb, { ...data, inEffect } as DocumentData<Name>, [next]);
}
