/** What a command says by ending: the numbers of `slipway` (cli/exit-code.ts), as far as they can be here. */
export const exitCodes = {
  done: 0,
  /** Unexpected, or the region's database does not answer. */
  fault: 1,
  usage: 2,
  refused: 3,
  /** Hosts are left that a person has to see to. */
  personNeeded: 6,
  /** Not over when the time was up. */
  notOver: 7,
  notFound: 8,
} as const;

/** The command was not carried out, and why; nothing was written. */
export class RegionCommandError extends Error {
  override readonly name = 'RegionCommandError';
  readonly code: 'usage' | 'refused' | 'notFound';
  /** What to do, one sentence. */
  readonly next: string | null;

  constructor(code: RegionCommandError['code'], message: string, next: string | null = null) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

export const notFound = (what: string, next: string): RegionCommandError =>
  new RegionCommandError('notFound', `there is no ${what} in this region`, next);
