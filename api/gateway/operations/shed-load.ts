import type { RequestHandler, Response } from 'express';
import { ProblemError } from '../../http/problem-error.ts';
import { retryAfterOf, type LoadLevel } from './load-gate.ts';

/** Connections that a poll was taken on before. */
const polled = new WeakSet<object>();

export interface Shedding {
  readonly level: () => LoadLevel;
  readonly onShed: (what: string) => void;
}

/**
 * Before who is asking is looked up: a gateway that has too much on its hands says so at once, and the host, which runs on as
 * it is, asks again later. The connection stays, so that it need not be made again.
 */
export function shedLoad({ level, onShed }: Shedding): RequestHandler {
  return ({ path, socket }, _response: Response, next) => {
    const now = level();
    const isPoll = path === '/poll';
    const isNew = isPoll && !polled.has(socket);
    if (now === 'calm' || (now === 'busy' && !isNew) || (!isPoll && path !== '/reports')) {
      if (isPoll) polled.add(socket);
      return next();
    }
    onShed(path.slice(1));
    throw new ProblemError('unavailable', { detail: 'this gateway is at its limit' }, retryAfterOf[now]);
  };
}
