import { problemOf, type ProblemCode, type ProblemDetails } from '../../protocol/api/problems.ts';
import type { Problem } from '../../protocol/problem.ts';

/** Thrown anywhere below a route; the last handler answers it as an RFC 9457 problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | null;

  constructor(code: ProblemCode, details: ProblemDetails, retryAfter: number | null = null) {
    super(details.detail);
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** The document to answer with. */
  problem(requestId: string): Problem {
    return problemOf(this.code, { ...this.details, requestId });
  }
}
