/** The window of the first wait, before the gateway told this host how often it wants to hear from it. */
const firstWindowMs = 1_000;
/** 20,000 hosts make a thousand connections a second in such a window, which a gateway bears. */
const longestFirstWindowMs = 20_000;
/** A window doubles this often … */
const doublings = 2;
/** … but never beyond this: however long a gateway was away, all its hosts are back within a minute. */
const longestWindowMs = 40_000;

/**
 * How long to wait after `failures` failures in a row, anywhere within a window (full jitter), so that thousands of hosts
 * don't return at once. The window grows with the interval of reports, which is long where hosts are many, and stays
 * below the silence after which a host would be called absent. What the gateway asked for comes on top.
 */
export function backoffMs(input: {
  readonly failures: number;
  readonly reportEveryMs: number;
  readonly retryAfterMs: number;
  /** In [0, 1). */
  readonly random: number;
}): number {
  const { failures, reportEveryMs, retryAfterMs, random } = input;
  const base = Math.max(firstWindowMs, Math.min(reportEveryMs, longestFirstWindowMs));
  const windowMs = Math.min(base * 2 ** Math.min(failures - 1, doublings), longestWindowMs);
  return Math.round(retryAfterMs + windowMs * random);
}
