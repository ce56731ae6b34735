import { describe, expect, test } from '@jest/globals';
import { specProblemsText, withLastWords } from './why-not-built.ts';

describe('the last words of a command', () => {
  test.each([
    ['nothing', '', 'exit code 1'],
    ['only blanks', ' \n\r\n\t', 'exit code 1'],
    ['a line', 'npm error code E404\n', 'exit code 1; its last words: npm error code E404'],
    ['the last five of many', '1\n2\n3\n4\n5\n\n6\n', 'exit code 1; its last words: 2 | 3 | 4 | 5 | 6'],
    [
      'colours and a bell',
      '\u001b[31mred\u001b[0m\u0007 \u001b]0;title\u0007end',
      'exit code 1; its last words: red end',
    ],
    ['a bracket that begins a line', 'a\n[error] b\n', 'exit code 1; its last words: a | [error] b'],
    ['a progress bar', '10%\r20%\rdone', 'exit code 1; its last words: 10% | 20% | done'],
  ])('are told: %s', (_, tail, told) => expect(withLastWords('exit code 1', tail)).toBe(told));

  test('are few, however long its lines are', () => {
    const told = withLastWords('exit code 1', `${'x😀'.repeat(1000)}\n`.repeat(50));
    expect(told.length).toBeLessThan(900);
    expect(told.isWellFormed()).toBe(true);
  });
});

describe('the mistakes of a spec', () => {
  const problem = (line: number) => ({ path: 'run', line, column: 3, message: 'is empty' });
  test.each([
    [0, 'slipway.yaml is not valid'],
    [1, 'slipway.yaml:1:3 run: is empty'],
    [2, 'slipway.yaml:1:3 run: is empty; slipway.yaml:2:3 run: is empty'],
  ])('are told with path and place: %i', (count, told) => {
    expect(specProblemsText(Array.from({ length: count }, (_, at) => problem(at + 1)))).toBe(told);
  });

  test('are five at most, and how many more there are', () => {
    const told = specProblemsText(Array.from({ length: 8 }, (_, at) => problem(at + 1)));
    expect(told).toMatch(/5:3 run: is empty; and 3 more$/);
  });
});
