import { setTimeout as delay } from 'node:timers/promises';
import { failuresAllowed } from '../../domain/goal/judge.ts';
import { releaseNumber } from '../../domain/names.ts';
import type { Budget } from '../../domain/spec/service-spec.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { declarePartlyWell } from '../hosts/partly-well.ts';
import { deliverAndFind, isCopied, type DeployedMerge } from '../service/deploy-merge.ts';
import { approveWhen, untilEnded, type DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { lookIntoRegions, type RegionLooks } from './region-looks.ts';
import { toldIn, type RegionTold } from './undo-told.ts';

/** A wave that fails together; all times in ms since the report that broke the budget was in its region's database. */
export interface BadWaveFigures {
  readonly outcome: string | null;
  readonly reason: string | null;
  /** The region whose budget broke first. */
  readonly region: string;
  readonly hostsTold: number;
  readonly failuresAllowed: number;
  /** Failures reported when its undo was written: those that came in while it was decided. */
  readonly failuresAtUndo: number;
  /** There no host switches any more. */
  readonly stoppedMs: number;
  readonly regions: readonly RegionTold[];
  readonly endedMs: number;
}

/** As `serviceFiles` leaves it to the spec's defaults. */
const budget: Budget = { failedPercent: 5, cap: 50 };
/** The canary and a few of the wave. */
const wellStarts = 8;
const lookEveryMs = 20;

/** Deploys a release that nearly all hosts of the second batch find bad, at about the same moment. */
export async function measureBadWave(
  { signal, say }: Bench,
  stack: BenchStack,
  deployed: DeployedMerge,
): Promise<BadWaveFigures> {
  const ref = await deliverAndFind(stack, deployed, signal);
  const breakIt = async (): Promise<void> =>
    declarePartlyWell(stack, { release: await digestOf(stack, ref), wellStarts });
  await approveWhen(stack, ref, isCopied, signal, breakIt);
  const watched = await lookIntoRegions(stack, (regions) => watchAll(regions, ref, signal));
  const first = watched.toSorted((a, b) => a.brokeAtMs - b.brokeAtMs)[0]!;
  const { outcome, reason, endedAt } = await untilEnded(stack, ref, signal);
  const written = new Map(watched.map(({ region, undoAtMs }) => [region, undoAtMs]));
  const figures: BadWaveFigures = {
    outcome: outcome ?? null,
    reason: reason ?? null,
    region: first.region,
    hostsTold: first.hostsTold,
    failuresAllowed: first.allowed,
    failuresAtUndo: first.failuresAtUndo,
    stoppedMs: first.undoAtMs - first.brokeAtMs,
    regions: toldIn(stack, ref, written, first.brokeAtMs),
    endedMs: (endedAt?.getTime() ?? Number.NaN) - first.brokeAtMs,
  };
  say(`  bad wave in ${first.region}: undo written ${figures.stoppedMs} ms after the budget broke`);
  return figures;
}

async function digestOf(
  { central, releaseOwner }: BenchStack,
  { service, deployment }: DeploymentRef,
): Promise<string> {
  const row = await central.em.fork().findOneOrFail(Deployment, { service, number: deployment });
  const path = { service, release: releaseNumber(row.release) };
  const { digest } = await releaseOwner.call('showRelease', { path });
  if (digest === null) throw new Error(`${service}@${row.release} has no digest`);
  return digest;
}

interface WatchedRegion {
  readonly region: string;
  readonly hostsTold: number;
  readonly allowed: number;
  /** The report that was one too many; infinite when its budget did not break. */
  readonly brokeAtMs: number;
  readonly undoAtMs: number;
  readonly failuresAtUndo: number;
}

const watchAll = (regions: readonly RegionLooks[], ref: DeploymentRef, signal: AbortSignal) =>
  Promise.all(regions.map((region) => watchRegion(region, ref, signal)));

/** Notes each failure when it is first seen, since later reports of the same host overwrite it, until the undo is there. */
async function watchRegion(region: RegionLooks, ref: DeploymentRef, signal: AbortSignal): Promise<WatchedRegion> {
  const failures = new Map<string, number>();
  for (;;) {
    signal.throwIfAborted();
    const undoAtMs = await region.undoWrittenAtMs(ref);
    for (const [host, atMs] of await region.newFailures(ref, new Set(failures.keys()))) failures.set(host, atMs);
    if (undoAtMs === null) {
      await delay(lookEveryMs);
      continue;
    }
    const hostsTold = await region.hostsTold(ref);
    const allowed = failuresAllowed(budget, hostsTold);
    const inOrder = [...failures.values()].toSorted((a, b) => a - b);
    const brokeAtMs = inOrder[allowed] ?? Number.POSITIVE_INFINITY;
    const failuresAtUndo = inOrder.filter((atMs) => atMs <= undoAtMs).length;
    return { region: region.region, hostsTold, allowed, brokeAtMs, undoAtMs, failuresAtUndo };
  }
}
