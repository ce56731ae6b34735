/** What a command says by ending: the numbers of `slipway`. */
export const exitCodes = {
  done: 0,
  /** Unexpected; or `verify` and `doctor` found something wrong. */
  fault: 1,
  usage: 2,
  /** There is nothing to go back to. */
  refused: 3,
  /** Neither root nor the agent's user. */
  notAllowed: 4,
  /** Done as far as it goes, and what runs is not healthy: a person is needed. */
  personNeeded: 6,
  /** Not seen healthy when the time was up. */
  notOver: 7,
  notFound: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, exitCode: ExitCode) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

export const usageError = (message: string): CommandError =>
  new CommandError('usage', `${message}. See: slipway-agent help`, exitCodes.usage);
