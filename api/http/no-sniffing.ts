import type { NextFunction, Request, Response } from 'express';

/** What is answered is what its type says: a browser must not take a document with text of strangers for a page. */
export function noSniffing(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  next();
}
