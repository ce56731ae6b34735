import { context } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { isQuietPath } from '../../../infra/telemetry/quiet-paths.ts';
import { requestIdOf } from '../../http/request-id.ts';

/**
 * One line for each request, when its answer has ended or was cut: who, which route, what came of it. Neither headers,
 * bodies nor queries: some hold secrets. Probes and streams are logged only where details are wanted.
 */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, path } = request;
    const write = (): void => {
      const { statusCode: status, locals, writableFinished } = response;
      const fields = {
        method,
        path: path.slice(0, 300),
        route: (request.route as { path?: string } | undefined)?.path,
        status,
        ms: Math.round(performance.now() - startedAt),
        requestId: requestIdOf(response),
        person: (locals.person as { person?: string } | undefined)?.person,
        region: locals.region as string | undefined,
        ...(writableFinished ? {} : { cut: true }),
      };
      const level = status >= 500 ? 'error' : isQuietPath(path) ? 'debug' : 'info';
      log[level](fields, 'request');
    };
    // The end of an answer is an event of the socket: without this, the line would not be part of the request's trace.
    response.once('close', context.bind(context.active(), write));
    next();
  };
}
