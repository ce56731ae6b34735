/** The command can't be carried out as it was given; the message says what it should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** One by one, where there are several: `path` says where. */
  readonly mistakes: readonly Mistake[];

  constructor(message: string, mistakes: readonly Mistake[] = []) {
    super(message);
    this.mistakes = mistakes;
  }
}

export interface Mistake {
  readonly path: string;
  readonly message: string;
}
