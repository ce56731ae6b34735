import type { Client } from '@temporalio/client';

/** Bytes of a workflow's history as Temporal keeps it: of its latest run. */
export async function historyBytes({ workflow }: Client, workflowId: string): Promise<number> {
  const { historySize } = await workflow.getHandle(workflowId).describe();
  if (historySize === undefined) throw new Error(`Temporal does not say how large ${workflowId} is`);
  return historySize;
}
