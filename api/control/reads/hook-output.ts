import type { HookRun } from '../../../protocol/api/hooks.ts';
import type { BuildLogs } from './build-logs.ts';
import type { StoredHookRun } from './projection.ts';

/** Of all outputs together; each gets its part, and no less than what is recorded of it. */
const maxBytes = 512 * 1024;
const leastBytes = 4 * 1024;

/** Hooks with the ends of what they printed: one that has failed says why there. */
export async function hookRunsWithOutput(logs: BuildLogs, runs: readonly StoredHookRun[]): Promise<HookRun[]> {
  const each = Math.max(leastBytes, Math.floor(maxBytes / Math.max(1, runs.length)));
  const items: HookRun[] = [];
  // One after the other: a deployment of 200 regions has as many files.
  for (const run of runs) items.push(await withOutput(logs, run, each));
  return items;
}

async function withOutput(logs: BuildLogs, stored: StoredHookRun, most: number): Promise<HookRun> {
  const { place, region, does, command, state, why, startedAt, endedAt, log } = stored;
  const shown = { place, region, does, command, state, why, startedAt, endedAt };
  if (log === null) return { ...shown, text: null, truncated: false };
  const text = await logs.read(log, most);
  const isCut = log.sizeBytes > (text === null ? Buffer.byteLength(log.tail) : most);
  return { ...shown, text: text ?? log.tail, truncated: log.truncated || isCut };
}
