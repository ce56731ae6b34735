import type { DeploymentRegion } from '../client/api.ts';

export type BatchBlock = 'done' | 'running' | 'pending';

type Batches = Pick<DeploymentRegion, 'batch' | 'batches' | 'state'>;

/** Those that were allowed, and stand. */
export const allowedBatches = ({ batch, state }: Pick<Batches, 'batch' | 'state'>): number =>
  state === 'undone' ? 0 : batch;

/** One block for each batch of a region. */
export function batchBlocks({ batch, batches, state }: Batches): BatchBlock[] {
  const allowed = allowedBatches({ batch, state });
  const isSettled = state === 'done' || state === 'baking';
  return Array.from({ length: batches }, (_, index) => {
    if (index >= allowed) return 'pending';
    return index === allowed - 1 && !isSettled ? 'running' : 'done';
  });
}

const shapes: Readonly<Record<BatchBlock, string>> = { done: '■', running: '▣', pending: '□' };
export const blocksText = (blocks: readonly BatchBlock[]): string => blocks.map((block) => shapes[block]).join('');
