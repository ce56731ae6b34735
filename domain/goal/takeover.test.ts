import { describe, expect, test } from '@jest/globals';
import type { RowStanding } from './content.ts';
import { followFenced, isWatched } from './takeover.ts';
import { attempt, generation } from './testing/given.ts';

const known = { attempt: attempt(2), generation: generation(5) };
const row = (change: Partial<RowStanding>): RowStanding => ({ ...known, mode: 'advance', ...change });
const raised = generation(9);

describe('a workflow whose step was fenced', () => {
  test.each<[string, RowStanding | null, ReturnType<typeof followFenced>['follow']]>([
    ['gives up without a row', null, 'give up'],
    ['gives up where an older deployment stands', row({ attempt: attempt(1, 9), generation: raised }), 'give up'],
    ['gives up where a later deployment stands', row({ attempt: attempt(3), generation: raised }), 'give up'],
    ['gives up where nothing changed', row({}), 'give up'],
    ['gives up where the row is behind', row({ generation: generation(4) }), 'give up'],
    ['follows a higher local count', row({ attempt: attempt(2, 1), generation: raised }), 'take over'],
    ['follows a raised generation', row({ generation: raised }), 'take over'],
    [
      'is held by a hold from inside the region',
      row({ attempt: attempt(2, 1), generation: raised, mode: 'hold' }),
      'held',
    ],
    ['gives up where an older hold stands', row({ mode: 'hold', generation: generation(4) }), 'give up'],
    ['is held by a hold of its own', row({ mode: 'hold' }), 'held'],
    [
      'undoes after a rollback from inside the region',
      row({ attempt: attempt(2, 1), generation: raised, mode: 'undo' }),
      'undone',
    ],
    ['undoes after an undo of its own', row({ generation: raised, mode: 'undo' }), 'undone'],
  ])('%s', (_what, standing, follow) => {
    const following = followFenced({ row: standing, reason: 'why' }, known);
    const answer =
      follow === 'give up' ? { reason: 'why' } : { attempt: standing?.attempt, generation: standing?.generation };
    expect(following).toEqual({ follow, ...answer });
  });

  test('follows a row that it has never heard of', () => {
    expect(followFenced({ row: row({}), reason: '' }, { ...known, generation: 0 }).follow).toBe('take over');
  });
});

test.each<[string, RowStanding | null, boolean]>([
  ['the row it was started for', row({}), true],
  ['no row', null, false],
  ['another attempt', row({ attempt: attempt(2, 1) }), false],
  ['another generation', row({ generation: raised }), false],
  ['another mode', row({ mode: 'hold' }), false],
])('a watch goes on only over %s', (_what, standing, expected) => {
  expect(isWatched(standing, known, 'advance')).toBe(expected);
});
