import { ProblemError } from '../../http/problem-error.ts';

/** @throws ProblemError `invalid-request` */
export function requireToCome(until: string | null, now: Date, path = 'until'): void {
  if (until === null || Date.parse(until) > now.getTime()) return;
  const message = 'must be a time to come';
  throw new ProblemError('invalid-request', { detail: `${path} ${message}`, errors: [{ path, message }] });
}
