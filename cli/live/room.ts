/** What a terminal can show. */

/** Whether lines may be drawn over: for people only, and never for who asked for plain text (no-color.org, TERM=dumb). */
export function isLiveTerminal(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, TERM = 'dumb', CI } = environment;
  return stream.isTTY === true && !NO_COLOR && TERM !== 'dumb' && (!CI || CI === 'false');
}

/** By the locale, in the order in which POSIX reads it: other encodings have no ✓. */
export function hasUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8$/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** How much can be shown at once, and with what. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
  readonly hasUnicode: boolean;
}

/** A terminal that doesn't say its size is taken for the one of 1978. */
export function roomOf(
  stream: { readonly columns?: number; readonly rows?: number },
  environment: NodeJS.ProcessEnv,
): Room {
  return { columns: stream.columns || 80, rows: stream.rows || 24, hasUnicode: hasUnicode(environment) };
}
