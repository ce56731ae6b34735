import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import { Deployment, InboxRow } from '../../infra/postgres/central/entities.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { countMerges, type SeenMerges } from './count-merges.ts';

const longestMs = 60 * 60_000;

/** Accepted by their lanes, and none waits in one. */
export const untilAllStarted = ({ signal }: Bench, { central }: BenchStack, merges: number): Promise<true> =>
  until('every deployment to begin', { limitMs: longestMs, signal }, async () => {
    const em = central.em.fork();
    const waiting = await em.count(Deployment, { outcome: null, startedAt: null });
    return waiting === 0 && (await em.count(Deployment, {})) >= merges ? true : undefined;
  });

export const untilAllEnded = ({ signal }: Bench, { central }: BenchStack, merges: number): Promise<true> =>
  until('every deployment to end', { limitMs: longestMs, signal }, async () => {
    const em = central.em.fork();
    const open = await em.count(Deployment, { outcome: null });
    return open === 0 && (await em.count(Deployment, {})) >= merges ? true : undefined;
  });

export async function lookAtMerges({ central }: BenchStack, merges: readonly Merge[]): Promise<SeenMerges> {
  const em = central.em.fork();
  const deployments = await em.find(Deployment, {});
  return countMerges(
    merges.map(({ after }) => after),
    deployments.map((row) => ({ ...row, commit: row.source.from === 'merge' ? row.source.commit : null })),
    await em.find(InboxRow, {}),
  );
}
