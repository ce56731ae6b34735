import { expect, test } from '@jest/globals';
import { replacesIntent } from './intent-order.ts';
import type { IntendedStep } from './intent-order.ts';
import { attempt, generation } from './testing/given.ts';

/** `advance:2` of deployment 2 in mode `advance`, knowing generation 10, unless said otherwise. */
const intent = (change: Partial<IntendedStep> = {}): IntendedStep => ({
  attempt: attempt(2),
  step: 'advance:2',
  mode: 'advance',
  knownGeneration: generation(10),
  ...change,
});
const undo = (of = attempt(2), known = 10) =>
  intent({ attempt: of, step: 'undo', mode: 'undo', knownGeneration: generation(known) });

test.each<[string, IntendedStep, IntendedStep, boolean]>([
  ['a later deployment', intent({ attempt: attempt(3), step: 'begin', knownGeneration: 0 }), intent(), true],
  [
    'a later deployment after an undo',
    intent({ attempt: attempt(3), step: 'begin', knownGeneration: 0 }),
    undo(),
    true,
  ],
  ['an earlier deployment', intent({ attempt: attempt(1), knownGeneration: generation(99) }), intent(), false],
  ['the undo of an earlier deployment', undo(attempt(1)), intent(), false],
  ['a later local attempt', intent({ attempt: attempt(2, 1), knownGeneration: 0 }), intent(), true],
  ['an earlier local attempt', intent({ knownGeneration: generation(99) }), intent({ attempt: attempt(2, 1) }), false],
  ['a step that knows more', intent({ step: 'advance:3', knownGeneration: generation(11) }), intent(), true],
  ['a step that knows less', intent({ step: 'advance:1', knownGeneration: generation(9) }), intent(), false],
  ['another step that knows the same', intent({ step: 'hold:3', mode: 'hold' }), intent(), true],
  ['a repeat', intent(), intent(), false],
  ['an undo', undo(), intent(), true],
  ['an undo that knows less', undo(attempt(2), 0), intent(), true],
  ['an undo of an earlier local attempt', undo(), intent({ attempt: attempt(2, 1) }), true],
  ['a late step, over the undo of its deployment', intent(), undo(), false],
  ['a late step that knows more, over the undo', intent({ knownGeneration: generation(99) }), undo(), false],
  ['a late step of a later local attempt, over the undo', intent({ attempt: attempt(2, 1) }), undo(), false],
  ['an undo of a later local attempt, over the undo', undo(attempt(2, 1)), undo(), true],
  ['a repeated undo', undo(attempt(2), 99), undo(), false],
])('%s takes the place of an intent or not', (_what, newer, older, expected) => {
  expect(replacesIntent(newer, older)).toBe(expected);
});
