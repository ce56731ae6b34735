import { distributionOf } from '../frame/distribution.ts';
import type { Bench, Measured } from '../frame/run-benchmark.ts';
import { measureReturns, type ReturnsOptions, type ReturnsRun } from './measure-returns.ts';

/** Two that come and go, and the canary. */
const hosts = 3;
/** What is promised of a host that was away during a deployment. */
const promisedMs = 60_000;

/** Hosts that were away during a deployment, one that is new, and one that left for good. */
export const returnsBenchmark = (bench: Bench, options: ReturnsOptions): Promise<Measured> =>
  bench.onStack({ regions: 1, hosts }, async (stack) => {
    const run = await measureReturns(bench, stack, options);
    const figures = {
      frozen: distributionOf(run.frozenMs),
      off: distributionOf(run.offMs),
      newHostMs: run.newHostMs,
    };
    show(bench, run, figures);
    const inTime = [...run.frozenMs, ...run.offMs, run.newHostMs].every((ms) => ms <= promisedMs);
    return { ok: inTime && run.retiredIsForgotten, ...figures, retiredIsForgotten: run.retiredIsForgotten };
  });

function show(
  { say }: Bench,
  { frozenMs, offMs, newHostMs, retiredIsForgotten }: ReturnsRun,
  { frozen, off }: { readonly frozen: { p50Ms: number | null; maxMs: number | null }; readonly off: typeof frozen },
): void {
  say(
    `agent frozen, goes on → new release healthy: ${frozenMs.length} times, p50 ${frozen.p50Ms} ms, max ${frozen.maxMs} ms`,
  );
  say(
    `machine off, agent starts → new release healthy: ${offMs.length} times, p50 ${off.p50Ms} ms, max ${off.maxMs} ms`,
  );
  say(`new host, agent starts with a token → release healthy: ${newHostMs} ms`);
  say(`a host that left for good and was retired: ${retiredIsForgotten ? 'in no deployment since' : 'STILL COUNTED'}`);
}
