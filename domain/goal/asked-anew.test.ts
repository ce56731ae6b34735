import { expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import { askedAnew } from './asked-anew.ts';
import type { GoalRow } from './goal.ts';
import {
  advance,
  attempt,
  begin,
  finish,
  finishedRow,
  generation,
  hold,
  outcome,
  position,
  release,
  resume,
  rolling,
  undo,
  written,
} from './testing/given.ts';

const [canary, low, high] = [
  [hostId('canary'), position('9')],
  [hostId('low'), position('3')],
  [hostId('high'), position('8')],
] as const;

const done = finishedRow();
const begun = written(done, { ...begin(attempt(2), release('b')), canaries: [hostId('canary')] });
const first = written(begun, advance(attempt(2), begun.generation, 1, '0'));
const second = written(first, advance(attempt(2), first.generation, 2, '5'));
const all = written(second, advance(attempt(2), second.generation, 3, 'f'));
const held = written(second, hold(attempt(2), 1));
const resumed = written(held, resume(attempt(2), 2));
const undone = written(second, undo(attempt(2)));
const elsewhere = written(done, begin(attempt(2), release('b', { role: 'db' })));
const again = written(second, begin(attempt(3), release('b'), [outcome(2, 'unresolved')]));

test.each<readonly [string, GoalRow, GoalRow, readonly (typeof canary)[0][]]>([
  ['a begin asks nobody', done, begun, []],
  ['the first batch asks the canaries', begun, first, [canary[0]]],
  ['the next one those that it brings', first, second, [low[0]]],
  ['the last one the rest', second, all, [high[0]]],
  ['two batches at once those of both', begun, second, [canary[0], low[0]]],
  ['a finish asks all', all, written(all, finish(attempt(2), all.generation)), [canary[0], low[0], high[0]]],
  ['a hold asks all, as all say that they heard it', second, held, [canary[0], low[0], high[0]]],
  ['what goes on after it asks all', held, resumed, [canary[0], low[0], high[0]]],
  ['an undo asks all', second, undone, [canary[0], low[0], high[0]]],
  ['a begin that keeps what runs asks all', second, again, [canary[0], low[0], high[0]]],
  ['a goal that was signed again asks nobody', held, held, []],
  ['nor one of an undo', undone, undone, []],
  ['a hold and what goes on after it, seen as one, ask all', second, resumed, [canary[0], low[0], high[0]]],
  ['other selectors ask all', done, elsewhere, [canary[0], low[0], high[0]]],
  [
    'of a new attempt who may run the same',
    second,
    { ...second, attempt: attempt(3), generation: generation(99) },
    [canary[0], low[0]],
  ],
])('%s', (_, before, after, asked) => {
  const told = [canary, low, high].filter(
    ([host, at]) => askedAnew(host, { goal: before, position: at }, { goal: after, position: at }) === 'now',
  );
  expect(told.map(([host]) => host)).toEqual(asked);
});

test('the first goal of a service asks those that may run something by it', () => {
  const one = written(null, begin(attempt(1), release('a')));
  const batch = written(one, advance(attempt(1), one.generation, 1, '5'));
  const asked = (after: GoalRow) =>
    [canary, low, high].filter(([host, at]) => askedAnew(host, null, { goal: after, position: at }) === 'now').length;
  const given = [one, batch, written(batch, undo(attempt(1))), written(batch, finish(attempt(1), batch.generation))];
  expect(given.map(asked)).toEqual([0, 1, 3, 3]);
});

test('a host that joins the order elsewhere in another deployment is asked by its place there', () => {
  const before = { goal: done, position: position('8') };
  expect(askedAnew(hostId('h'), before, { goal: rolling('5'), position: position('3') })).toBe('now');
  expect(askedAnew(hostId('h'), before, { goal: rolling('5'), position: position('8') })).toBe('ahead');
});

test('a host whose turn is to come is asked once to bring to its disk what is coming', () => {
  const of = (before: GoalRow | null, after: GoalRow) =>
    askedAnew(high[0], before && { goal: before, position: high[1] }, { goal: after, position: high[1] });
  const one = written(null, begin(attempt(1), release('a')));
  expect([of(null, one), of(done, begun), of(begun, first), of(first, second)]).toEqual([
    'ahead',
    'ahead',
    'nothing',
    'nothing',
  ]);
});
