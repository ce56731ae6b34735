import { expect, test } from '@jest/globals';
import type { DeploymentRegion } from '../client/api.ts';
import { batchBlocks, blocksText } from './batch-blocks.ts';

test.each<[state: DeploymentRegion['state'], batch: number, batches: number, blocks: string]>([
  ['pending', 0, 4, '□□□□'],
  ['rolling', 3, 4, '■■▣□'],
  ['rolling', 4, 4, '■■■▣'],
  ['baking', 4, 4, '■■■■'],
  ['done', 4, 4, '■■■■'],
  ['unreachable', 1, 4, '▣□□□'],
  ['undoing', 3, 4, '■■▣□'],
  ['undone', 3, 4, '□□□□'],
  ['skipped', 0, 0, ''],
])('a region that is %s at batch %d of %d: %s', (state, batch, batches, blocks) => {
  expect(blocksText(batchBlocks({ state, batch, batches }))).toBe(blocks);
});
