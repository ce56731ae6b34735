import { expect, test } from '@jest/globals';
import { problemSchema } from '../problem.ts';
import { problemCode, problemKinds, problemOf, type ProblemCode } from './problems.ts';

const codes = Object.keys(problemKinds) as ProblemCode[];

test.each(codes)('%s says what is wrong, what to do and whether to try again', (code) => {
  const problem = problemSchema.parse(problemOf(code, { detail: 'Something.' }));
  expect(problem.type).toBe(`https://slipway.dev/problems/${code}`);
  expect(problem.title).toMatch(/^[A-Z].*[^.]$/);
  expect(problem.next).toMatch(/^[A-Z].*\.$/);
  expect(problem.retryable).toBe(problem.status === 429 || problem.status >= 500);
  expect(problemCode(problem)).toBe(code);
});

test('who raises a problem may know better what to do', () => {
  const problem = problemOf('lane-locked', { detail: 'Locked by mo.', next: 'Ask mo.', requestId: 'r1' });
  expect(problem).toMatchObject({ status: 409, detail: 'Locked by mo.', next: 'Ask mo.', requestId: 'r1' });
});

test('a code that this version does not know is no code', () => {
  expect(problemCode({ type: 'https://slipway.dev/problems/toString' })).toBeNull();
  expect(problemCode({ type: 'about:blank' })).toBeNull();
});
