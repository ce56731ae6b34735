/**
 * The key of a person's request inside Slipway: an Idempotency-Key is the person's choice, so it names a request only
 * together with what was asked. Without the verb a key could be taken for a merge's, or for that of another verb.
 */
export type KeyedVerb =
  | 'deploy'
  | 'rollback'
  | 'lock'
  | 'unlock'
  | 'withdraw'
  | 'approve'
  | 'reject'
  | 'pause'
  | 'resume'
  | 'abort'
  | 'endUndo';

export const requestKey = (verb: KeyedVerb, idempotencyKey: string): string => `${verb}:${idempotencyKey}`;
