/** The window of the first wait, before the gateway told this host how often it wants to hear from it. */
const firstWindowMs = 1_000;
/** 20,000 hosts make a thousand connections a second in such a window, which a gateway bears. */
const longestFirstWindowMs = 20_000;
/** A window doubles this often … */
const doublings = 2;
/** … but never beyond this: however long a gateway was away, all its hosts are back within a minute. */
const longestWindowMs = 40_000;
/**
 * … nor beyond so many intervals of reports. A silent host is absent after three (domain/goal/report-interval.ts); where a
 * whole region was cut off, silence counts from when the first of its hosts is heard again.
 */
const longestIntervals = 2;

/**
 * How long to wait after `failures` failures in a row, anywhere within a window (full jitter), so that thousands of hosts
 * don't return at once. The window grows with the interval of reports, which is long where hosts are many, and stays
 * below the silence after which a host would be called absent. What the gateway asked for comes on top.
 */
export function backoffMs(input: {
  readonly failures: number;
  /** 0: nobody waits for reports. */
  readonly reportEveryMs: number;
  /** The first window of who has news is no longer than this. */
  readonly newsWithinMs?: number;
  readonly retryAfterMs: number;
  /** In [0, 1). */
  readonly random: number;
}): number {
  const { failures, reportEveryMs, newsWithinMs = Infinity, retryAfterMs, random } = input;
  const base = Math.max(firstWindowMs, Math.min(reportEveryMs, newsWithinMs, longestFirstWindowMs));
  const longest = reportEveryMs === 0 ? longestWindowMs : Math.min(longestWindowMs, longestIntervals * reportEveryMs);
  const windowMs = Math.min(base * 2 ** Math.min(failures - 1, doublings), longest);
  return Math.round(retryAfterMs + windowMs * random);
}
