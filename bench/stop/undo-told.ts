import { until } from '../frame/until.ts';
import { heardUndo } from '../hosts/heard-goals.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { RegionLooks } from './region-looks.ts';

/** How an undo reached one region, in ms since what it is measured from. */
export interface RegionTold {
  readonly region: string;
  /** From here on no host of the region may switch. */
  readonly goalWrittenMs: number;
  readonly hostsTold: number;
  readonly firstHostToldMs: number;
  readonly lastHostToldMs: number;
}

/** By region, when its goal became the undo. */
export type UndoWritten = ReadonlyMap<string, number>;

const longestMs = 5 * 60_000;

export const untilUndoWritten = async (
  regions: readonly RegionLooks[],
  ref: DeploymentRef,
  signal: AbortSignal,
): Promise<UndoWritten> =>
  until('the undo in every region', { limitMs: longestMs, signal }, async () => {
    const written = await Promise.all(regions.map((each) => each.undoWrittenAtMs(ref)));
    const known = written.flatMap((atMs, index) => (atMs === null ? [] : [[regions[index]!.region, atMs] as const]));
    return known.length === regions.length ? new Map(known) : undefined;
  });

export const toldIn = (
  stack: BenchStack,
  ref: DeploymentRef,
  written: UndoWritten,
  sinceMs: number,
): readonly RegionTold[] =>
  [...written].map(([region, atMs]) => {
    const heard = [...heardUndo(stack, region, ref).values()];
    return {
      region,
      goalWrittenMs: atMs - sinceMs,
      hostsTold: heard.length,
      firstHostToldMs: Math.min(...heard) - sinceMs,
      lastHostToldMs: Math.max(...heard) - sinceMs,
    };
  });
