/** A hotfix over hosts that an aborted deployment left on two releases (docs/goal-protocol.md §3). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideHost } from './host-rule.ts';
import {
  advance,
  attempt,
  begin,
  digestOfRelease,
  finish,
  hold,
  memory,
  outcome,
  position,
  release,
  rolling,
  undo,
  verified,
  written,
} from './testing/given.ts';

const [a, b, c] = ['a', 'b', 'c'].map(digestOfRelease) as [never, never, never];
/** @411 is `a` and the base; @412, `b`, was left on some hosts; @413, `c`, is the hotfix. */
const left = written(rolling(), hold(attempt(2), 1));
const begun = written(left, begin(attempt(3), release('c'), [outcome(2, 'held')]));

/** What a host that runs this goes on with. */
function runsNext(row: typeof begun, running: typeof a, at = 'e'): unknown {
  const decision = decideHost(verified(row, { position: position(at) }), memory({ running, onDisk: [a, b, c] }));
  return 'release' in decision && decision.do === 'run' ? decision.release : running;
}

test('nobody goes back when it begins: who runs either release stays until its batch', () => {
  expect(begun).toMatchObject({ base: release('a'), keep: [b], next: release('c') });
  expect([runsNext(begun, a), runsNext(begun, b)]).toEqual([a, b]);
});

test('each goes straight to the hotfix, in the order of the batches', () => {
  const first = written(begun, advance(attempt(3), begun.generation, 1, '5'));
  expect([runsNext(first, a, '3'), runsNext(first, b, '3')]).toEqual([c, c]);
  expect([runsNext(first, a, '7'), runsNext(first, b, '7')]).toEqual([a, b]);
});

test('its undo brings each to the base, what was left on the aborted release too', () => {
  const first = written(begun, advance(attempt(3), begun.generation, 1, '5'));
  const undone = written(first, undo(attempt(3), [outcome(2, 'held')]));
  for (const running of [a, b, c]) for (const at of ['3', '7']) expect(runsNext(undone, running, at)).toBe(a);
});

test('once it is finished nothing of the other two is left', () => {
  const all = written(begun, advance(attempt(3), begun.generation, 1, 'f'));
  const finished = written(all, finish(attempt(3), all.generation));
  expect(finished).toMatchObject({ base: release('c'), keep: [], next: null });
});

test('over a deployment that was undone first it keeps nothing of that', () => {
  const undone = written(rolling(), undo(attempt(2)));
  const over = written(undone, begin(attempt(3), release('c'), [outcome(2, 'undone')]));
  expect(over).toMatchObject({ base: release('a'), keep: [] });
});

test('wherever its batches stand, a host runs what it ran or the hotfix, and never goes back', () => {
  const places = fc.integer({ min: 0, max: 15 }).map((place) => place.toString(16));
  fc.assert(
    fc.property(fc.option(places, { nil: null }), places, fc.constantFrom(a, b), (cut, at, running) => {
      const row = cut === null ? begun : written(begun, advance(attempt(3), begun.generation, 1, cut));
      expect([running, c]).toContain(runsNext(row, running, at));
    }),
  );
});
