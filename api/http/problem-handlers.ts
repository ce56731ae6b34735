import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { ProblemError } from './problem-error.ts';
import { requestIdOf } from './request-id.ts';

/** Behind all routes. */
export const notFound: RequestHandler = (request) => {
  throw new ProblemError('not-found', { detail: `nothing at ${request.method} ${request.path.slice(0, 200)}` });
};

/** Answers whatever was thrown as a problem; what nobody foresaw is logged, and its text stays here. */
export function problemHandler(
  logger: Logger,
  translate: (error: unknown) => ProblemError | null,
): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = asProblem(error) ?? translate(error) ?? unforeseen(logger, error, request.method, request.path);
    sendProblem(response, problem);
  };
}

export function sendProblem(response: Response, error: ProblemError): void {
  const problem = error.problem(requestIdOf(response));
  if (error.retryAfter !== null) response.setHeader('Retry-After', String(error.retryAfter));
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function unforeseen(logger: Logger, error: unknown, method: string, path: string): ProblemError {
  logger.error({ err: error, method, path }, 'request failed');
  return new ProblemError('internal', { detail: 'the request failed in a way that nobody foresaw' });
}

/** Also what Express' own body parser throws. */
function asProblem(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  const { type, limit } = error as { type?: unknown; limit?: unknown };
  if (type === 'entity.too.large') return new ProblemError('too-large', { detail: `at most ${String(limit)} bytes` });
  if (type === 'entity.parse.failed') return new ProblemError('invalid-request', { detail: 'the body is not JSON' });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new ProblemError('unsupported-media-type', { detail: 'send UTF-8, not compressed' });
  if (type === 'request.aborted' || type === 'request.size.invalid')
    return new ProblemError('invalid-request', { detail: 'the body did not arrive whole' });
  return null;
}
