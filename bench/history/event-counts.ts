import type { HistoryEvent } from './read-history.ts';

export interface EventCounts {
  readonly events: number;
  /**
   * Scheduled, started, completed. News that arrives at the same moment shares one, so how many there are is a matter
   * of timing and may differ by a few between any two runs.
   */
  readonly ofWorkflowTasks: number;
  /** All others: what the workflow did and heard. */
  readonly byType: Readonly<Record<string, number>>;
}

export function countEvents(history: readonly HistoryEvent[]): EventCounts {
  const others = history.filter(({ type }) => !isWorkflowTask(type));
  const byType: Record<string, number> = {};
  for (const type of others.map((event) => event.type).toSorted()) byType[type] = (byType[type] ?? 0) + 1;
  return { events: history.length, ofWorkflowTasks: history.length - others.length, byType };
}

const isWorkflowTask = (type: string): boolean => type.startsWith('WORKFLOW_TASK_');
