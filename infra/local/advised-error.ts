/** The start can't go on, for a reason that was foreseen: the message, of one line, says what to do as well. */
export class AdvisedError extends Error {
  readonly code: string = 'advised';
  override readonly name: string = 'AdvisedError';
}
