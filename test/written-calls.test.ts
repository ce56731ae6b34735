import { expect, test } from '@jest/globals';
import { writtenCalls } from './written-calls.ts';

test.each([
  ['wait(1)', [['1']]],
  ['wait()', [[]]],
  [
    "wait(() => f(a, b), ms, { summary: `a (${b}, c` }); wait('d)', [e, f],\n)",
    [
      ['() => f(a, b)', 'ms', '{ summary: `a (${b}, c` }'],
      ["'d)'", '[e, f]'],
    ],
  ],
  ["wait('it\\'s, so')", [["'it\\'s, so'"]]],
  ['function wait(ms: number) { run.wait(1); await1(2); await wait(3); }', [['3']]],
  ['wait(wait(4))', [['wait(4)'], ['4']]],
])('calls in %s', (source, expected) => {
  expect(writtenCalls(source, 'wait')).toEqual(expected);
});

test('a bracket that nobody closes is a mistake', () => {
  expect(() => writtenCalls('wait(1, (2)', 'wait')).toThrow('not closed');
});
