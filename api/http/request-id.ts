import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const header = 'X-Request-Id';
const acceptable = /^[\w-]{8,64}$/;

/** Each request has an id: the caller's, when it is fit for a log, else a new one. It is answered in a header. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(header);
  const id = given !== undefined && acceptable.test(given) ? given : randomUUID();
  response.setHeader(header, id);
  next();
}

export const requestIdOf = (response: Response): string => String(response.getHeader(header) ?? '');
