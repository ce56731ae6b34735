import { isDatabaseUnavailable } from '../../infra/postgres/availability.ts';
import { ProblemError } from '../http/problem-error.ts';

const retryAfterSeconds = 2;

/** A database that is away is nobody's mistake: try again. `null` for what it doesn't know. */
export function translateFault(error: unknown): ProblemError | null {
  if (!isDatabaseUnavailable(error)) return null;
  return new ProblemError('unavailable', { detail: 'the central database does not answer' }, retryAfterSeconds);
}
