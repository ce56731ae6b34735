import { regionName } from '../../domain/names.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import { heardUndo } from '../hosts/heard-goals.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { deliverAndFind, isCopied, type DeployedMerge } from '../service/deploy-merge.ts';
import { approveWhen, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { lookIntoRegions } from './region-looks.ts';
import { toldIn, untilUndoWritten, type RegionTold } from './undo-told.ts';

/** A person's abort while every host runs the release; all times in ms since the api has answered it. */
export interface AbortFigures {
  readonly outcome: string | null;
  readonly answeredInMs: number;
  readonly regions: readonly RegionTold[];
  readonly lastGoalWrittenMs: number;
  readonly lastHostToldMs: number;
  readonly endedMs: number;
}

const longestMs = 5 * 60_000;

/** Deploys a good release that bakes for long, and aborts it as soon as it does: then all hosts have to go back. */
export async function measureAbort(
  { signal, say }: Bench,
  stack: BenchStack,
  deployed: DeployedMerge,
  hosts: number,
): Promise<AbortFigures> {
  const ref = await deliverAndFind(stack, deployed, signal);
  await approveWhen(stack, ref, isCopied, signal);
  await untilBaking(stack, ref, signal);
  const path = { service: ref.service, deployment: ref.deployment };
  const sentAt = performance.now();
  await stack.releaseOwner.call('abort', { path, body: { reason: 'measured' } });
  const answeredAtMs = Date.now();
  const answeredInMs = performance.now() - sentAt;
  const written = await lookIntoRegions(stack, (regions) => untilUndoWritten(regions, ref, signal));
  await untilAllHeard(stack, ref, hosts, signal);
  const regions = toldIn(stack, ref, written, answeredAtMs);
  const { outcome, endedAt } = await untilEnded(stack, ref, signal);
  const figures = {
    outcome: outcome ?? null,
    answeredInMs,
    regions,
    lastGoalWrittenMs: Math.max(...regions.map(({ goalWrittenMs }) => goalWrittenMs)),
    lastHostToldMs: Math.max(...regions.map(({ lastHostToldMs }) => lastHostToldMs)),
    endedMs: (endedAt?.getTime() ?? Number.NaN) - answeredAtMs,
  };
  say(`  abort: last goal written ${figures.lastGoalWrittenMs} ms, last host told ${figures.lastHostToldMs} ms later`);
  return figures;
}

/** @throws Error when it ends before that */
export const untilBaking = (
  stack: BenchStack,
  { service, deployment }: DeploymentRef,
  signal: AbortSignal,
): Promise<true> =>
  until(`${service}/${deployment} to bake in every region`, { limitMs: longestMs, signal }, async () => {
    const row = await stack.central.em.fork().findOneOrFail(Deployment, { service, number: deployment });
    if (row.outcome) throw new Error(`${service}/${deployment} ended ${row.outcome}: ${row.reason}`);
    return row.regions.length > 0 && row.regions.every(({ state }) => state === 'baking') ? true : undefined;
  });

const untilAllHeard = (stack: BenchStack, ref: DeploymentRef, hosts: number, signal: AbortSignal): Promise<true> =>
  until('every host to hear of the undo', { limitMs: longestMs, signal }, async () => {
    const heard = stack.shape.regions.map((region) => heardUndo(stack, regionName(region), ref).size);
    return heard.every((count) => count === hosts) ? true : undefined;
  });
