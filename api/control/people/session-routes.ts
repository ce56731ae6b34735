import express, { Router, type Request } from 'express';
import { sessionCookie, sessionRequestSchema, type SignInLink } from '../../../protocol/api/session.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { BrowserSessions } from './browser-sessions.ts';
import { cookieOf } from './cookie.ts';
import { isFromElsewhere } from './same-site.ts';
import { bearerToken } from './sign-in.ts';

/** Signing browsers in and out (protocol/api/session.ts). */
export function sessionRoutes(sessions: BrowserSessions): Router {
  const router = Router();
  router.post('/v1/sign-in-links', async (request, response) => {
    const made = await sessions.createCode(bearerToken(request));
    if (made === null) throw new ProblemError('sign-in', { detail: 'this token is not known, or was revoked' });
    const link: SignInLink = { path: `/signin#code=${made.code}`, expiresAt: made.expiresAt.toISOString() };
    response.json(link);
  });
  router.post('/v1/session', express.json({ limit: '4kb', strict: true }), async (request, response) => {
    refuseElsewhere(request);
    const opened = await sessions.open(parsedBody(sessionRequestSchema, request.body ?? {}));
    if (opened === null)
      throw new ProblemError('sign-in', {
        detail: 'this code or token opens nothing: a code works once, for ten minutes',
        next: 'Ask for a new link with slipway open, or paste a token that is still valid.',
      });
    response.cookie(sessionCookie, opened.secret, { ...cookieOptions(request), maxAge: opened.lastsMs });
    response.setHeader('Cache-Control', 'no-store');
    response.json(opened.person);
  });
  router.delete('/v1/session', async (request, response) => {
    refuseElsewhere(request);
    const secret = cookieOf(request, sessionCookie);
    if (secret !== null) await sessions.close(secret);
    response.clearCookie(sessionCookie, cookieOptions(request));
    response.status(204).end();
  });
  return router;
}

/** Behind a proxy that ends TLS the request is not https itself. Who lies about it gets a cookie that is sent less often. */
const cookieOptions = (request: Request) =>
  ({
    httpOnly: true,
    sameSite: 'strict',
    secure: request.secure || request.get('X-Forwarded-Proto') === 'https',
    path: '/',
  }) as const;

/** Another site must not sign somebody in as somebody else, nor out. */
function refuseElsewhere(request: Request): void {
  if (isFromElsewhere(request)) throw new ProblemError('not-allowed', { detail: 'this comes from another site' });
}
