import type { BenchStack } from '../stack/bench-stack.ts';

/** Of all runs of one type of workflow. */
export interface HistorySizes {
  readonly runs: number;
  readonly meanEvents: number;
  readonly mostEvents: number;
  readonly meanBytes: number;
  readonly mostBytes: number;
}

/** By type of workflow, as Temporal counts; of every run that it knows. */
export async function historySizes({ temporal }: BenchStack): Promise<Readonly<Record<string, HistorySizes>>> {
  const byType = new Map<string, { readonly events: number; readonly bytes: number }[]>();
  for await (const { type, workflowId, runId } of temporal.workflow.list()) {
    // Asked one by one: a list does not know the size of one that is still open.
    const { historyLength, historySize } = await temporal.workflow.getHandle(workflowId, runId).describe();
    const sizes = byType.get(type) ?? [];
    byType.set(type, [...sizes, { events: historyLength, bytes: historySize ?? 0 }]);
  }
  return Object.fromEntries([...byType].map(([type, all]) => [type, sizesOf(all)]));
}

function sizesOf(all: readonly { readonly events: number; readonly bytes: number }[]): HistorySizes {
  const [events, bytes] = [all.map((each) => each.events), all.map((each) => each.bytes)];
  return {
    runs: all.length,
    meanEvents: Math.round(mean(events)),
    mostEvents: Math.max(...events),
    meanBytes: Math.round(mean(bytes)),
    mostBytes: Math.max(...bytes),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
