import { expect, test } from '@jest/globals';
import { settlementOf } from './settlement.ts';

test.each([
  ['a hold where somebody in the region has held it', 'hold', 'held', 'applied'],
  ['a finish where the region is held', 'finish', 'held', null],
  ['a hold in a region that was rolled back from inside', 'hold', 'undone', 'undone'],
  ['an undo that a later deployment has overtaken', 'undo', 'give up', 'overtaken'],
  ['a finish under a generation that was raised again', 'finish', 'take over', null],
] as const)('%s', (_name, kind, follow, expected) => {
  expect(settlementOf(kind, follow)).toBe(expected);
});
