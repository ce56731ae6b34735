import type { Problem } from '../protocol/problem.ts';

/** The api refused, or failed; `problem` says why and what to do. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super([problem.title, problem.detail].filter(Boolean).join(': '));
    this.problem = problem;
  }
}

/** The api did not answer at all: nothing is known about the request. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
}
