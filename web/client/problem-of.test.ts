import { expect, test } from '@jest/globals';
import { HttpError } from '@oazapfts/runtime';
import { codeOf, problemOf } from './problem-of.ts';

test("the api's own words are shown as they are", () => {
  const problem = {
    type: 'https://slipway.dev/problems/lane-locked',
    title: 'The lane is locked',
    status: 409,
    retryable: false,
  };
  expect(problemOf(new HttpError(409, problem, new Headers()))).toBe(problem);
  expect(codeOf(problem)).toBe('lane-locked');
});

test('what a proxy answers, and what never left, may be tried again', () => {
  expect(problemOf(new HttpError(502, '<html>', new Headers()))).toMatchObject({ status: 502, retryable: true });
  expect(problemOf(new TypeError('Failed to fetch'))).toMatchObject({ type: 'no-connection', retryable: true });
});
