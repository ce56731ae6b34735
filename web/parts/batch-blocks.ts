import type { DeploymentRegion } from '../client/api.ts';

export type BatchBlock = 'done' | 'running' | 'pending';

/** One block for each batch of a region; `batch` counts those that were allowed. */
export function batchBlocks({
  batch,
  batches,
  state,
}: Pick<DeploymentRegion, 'batch' | 'batches' | 'state'>): BatchBlock[] {
  const isSettled = state === 'done' || state === 'baking';
  return Array.from({ length: batches }, (_, index) => {
    if (index >= batch) return 'pending';
    return index === batch - 1 && !isSettled ? 'running' : 'done';
  });
}

const shapes: Readonly<Record<BatchBlock, string>> = { done: '■', running: '▣', pending: '□' };
export const blocksText = (blocks: readonly BatchBlock[]): string => blocks.map((block) => shapes[block]).join('');
