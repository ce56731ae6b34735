/**
 * The key of a person's request inside Slipway: an Idempotency-Key is the person's choice, so it names a request only
 * together with who asked for what. Without them a key could be taken for a merge's, or for that of another request.
 */
export type KeyedVerb =
  | 'deploy'
  | 'retry'
  | 'redeploy'
  | 'rollback'
  | 'hotfix'
  | 'lock'
  | 'unlock'
  | 'withdraw'
  | 'approve'
  | 'breakGlass'
  | 'reject'
  | 'pause'
  | 'resume'
  | 'abort'
  | 'promote'
  | 'skipRegion'
  | 'endUndo'
  | 'freeze'
  | 'end-freeze'
  | 'stop-the-line'
  | 'start-the-line'
  | 'pass'
  | 'logs'
  | 'region-add'
  | 'region-drain'
  | 'region-undrain'
  | 'region-remove';

export const requestKey = (verb: KeyedVerb, person: string, idempotencyKey: string): string =>
  `${verb}:${person}:${idempotencyKey}`;
