import { HttpError } from '@oazapfts/runtime';
import type { Problem } from './api.ts';

export type ProblemCode = 'no-connection' | 'unknown' | (string & {});

/** What went wrong, as the api says it; what never reached the api is put in the same words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpError && isProblem(error.data)) return error.data;
  if (error instanceof HttpError) {
    const detail = `the answer had the status ${error.status} and came from something between this page and the api`;
    return { type: 'unknown', title: 'The api did not answer', status: error.status, detail, retryable: true };
  }
  return {
    type: 'no-connection',
    title: 'No connection to Slipway',
    status: 0,
    detail: 'Deployments go on without this page.',
    next: 'It tries again by itself.',
    retryable: true,
  };
}

/** The stable end of a problem's type. */
export const codeOf = ({ type }: Problem): ProblemCode => type.slice(type.lastIndexOf('/') + 1);

function isProblem(data: unknown): data is Problem {
  return typeof data === 'object' && data !== null && 'title' in data && 'retryable' in data;
}
