import { expect, test } from '@jest/globals';
import type { MutantResult } from '@stryker-mutator/api/core';
import { percentOf, scoresOf, survivorLines } from './score.ts';

const mutant = (fileName: string, status: MutantResult['status'], replacement = 'true'): MutantResult => ({
  id: '1',
  fileName,
  status,
  replacement,
  mutatorName: 'ConditionalExpression',
  location: { start: { line: 2, column: 7 }, end: { line: 2, column: 12 } },
});
const all = [
  mutant('domain/lane/lane.ts', 'Killed'),
  mutant('domain/lane/lane.ts', 'Timeout'),
  mutant('domain/lane/lane.ts', 'Survived'),
  mutant('domain/goal/judge.ts', 'NoCoverage', '{\n  return\n}'),
  mutant('domain/goal/judge.ts', 'Killed'),
  mutant('domain/goal/judge.ts', 'Ignored'),
];

test('a score counts what a test has noticed, by folder and in all', () => {
  const scores = scoresOf(all);
  expect(scores).toEqual([
    { place: 'domain/goal', mutants: 2, noticed: 1, endless: 0 },
    { place: 'domain/lane', mutants: 3, noticed: 2, endless: 1 },
    { place: 'all', mutants: 5, noticed: 3, endless: 1 },
  ]);
  expect(scores.map((score) => Math.round(percentOf(score)))).toEqual([50, 67, 60]);
  expect(percentOf(scoresOf([]).at(-1)!)).toBe(100);
});

test('what no test has noticed is told with what stood there', () => {
  expect(survivorLines(all, () => 'const one = 1;\n  if (a > b) return;\n')).toEqual([
    'domain/lane/lane.ts:2:7 ConditionalExpression: a > b → true',
    'domain/goal/judge.ts:2:7 ConditionalExpression: a > b → { return }, which no test reaches',
  ]);
});
