/**
 * What a turn takes on the machine on which the limits of time were set, ms. Estimated: it took 35 to 60 on a day on which ten
 * thousand simulated worlds took 2.4 times as long as when they got theirs (docs/results.md).
 */
const quietMs = 20;
const turns = 5;
/** Beyond it nothing is known of any limit. */
const mostSlowness = 8;
const hosts = Array.from({ length: 20_000 }, (_, number) => ({
  host: `host-${number}`,
  labels: { role: 'web', zone: `z${number % 7}` },
  services: [{ service: 'checkout', running: `sha256:${number}`, health: 'healthy' }],
}));

const byClock = (): number => performance.now();
/** Of this process' own work alone, ms. */
export const byWork = (): number => process.cpuUsage().user / 1_000;

/**
 * How many times longer than on a quiet machine things take here at this moment, ≥ 1: by the clock what else runs counts, too.
 * By work on memory: on a day on which JavaScript was two to four times slower, as others shared the machine's caches, hashing,
 * which stays in a core, was not.
 */
export function slowness(now: () => number = byClock): number {
  const tookMs = Array.from({ length: turns }, () => {
    const startedAt = now();
    const read = JSON.parse(JSON.stringify(hosts)) as typeof hosts;
    if (new Map(read.map((each) => [each.host, each])).size !== hosts.length) throw new Error('hosts were lost');
    return now() - startedAt;
  });
  // The one in the middle: a turn may have waited for a processor.
  const medianMs = tookMs.toSorted((one, other) => one - other)[Math.floor(turns / 2)]!;
  return Math.min(mostSlowness, Math.max(1, medianMs / quietMs));
}

/**
 * The limit of something that takes at most `usualMs` on a quiet machine, on this one at this moment. Never as long as it takes
 * where the code is wrong: `otherwiseMs`.
 */
export const within = (usualMs: number, { otherwiseMs }: { readonly otherwiseMs: number }): number =>
  Math.max(usualMs, Math.min(usualMs * slowness(), 0.9 * otherwiseMs));
