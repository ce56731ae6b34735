import { expect, test } from '@jest/globals';
import type { RowStanding } from './content.ts';
import { decideObligation } from './obligation.ts';
import { attempt, generation } from './testing/given.ts';

const row = (of: RowStanding['attempt'], mode: RowStanding['mode'] = 'advance'): RowStanding => ({
  attempt: of,
  generation: generation(5),
  mode,
});

test.each([
  ['an undo where the deployment stands', 'undo', row(attempt(2)), 'apply'],
  ['an undo where the deployment was held from inside', 'undo', row(attempt(2, 1), 'hold'), 'apply'],
  ['an undo where the deployment was never written', 'undo', row(attempt(1)), 'apply'],
  ['an undo where nothing was ever written', 'undo', null, 'apply'],
  ['an undo where a later deployment was written', 'undo', row(attempt(3)), 'replaced'],
  ['a hold where a later deployment was written', 'hold', row(attempt(3)), 'replaced'],
  ['a hold where the deployment was never written', 'hold', row(attempt(1)), 'apply'],
  ['a finish where the deployment stands', 'finish', row(attempt(2)), 'apply'],
  ['a finish where a later deployment was written', 'finish', row(attempt(3)), 'replaced'],
  ['a finish of what was rolled back from inside', 'finish', row(attempt(2, 1), 'undo'), 'void'],
  ['a finish where the deployment was never written', 'finish', row(attempt(1)), 'void'],
  ['a finish where nothing was ever written', 'finish', null, 'void'],
] as const)('%s', (_what, kind, standing, expected) => {
  expect(decideObligation({ kind, attempt: attempt(2) }, standing)).toBe(expected);
});
