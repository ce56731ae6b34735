import type { Request, RequestHandler, Response } from 'express';
import type { Selector } from '../../domain/goal/goal.ts';
import type { HostId, ServiceName } from '../../domain/names.ts';
import { ProblemError } from '../http/problem-error.ts';

/** A host that proved who it is, and what decides which goals concern it. */
export interface KnownHost {
  readonly id: HostId;
  readonly labels: Selector;
  readonly maintenance: boolean;
  /** Services that it reports. */
  readonly reports: readonly ServiceName[];
}

/** Who is asking. Today by a token, later by a certificate; nothing in a request's body says who sent it. */
export interface HostIdentity {
  /** `null` for everyone who is no host of this region. */
  identify(request: Request): Promise<KnownHost | null>;
}

/** Bearer tokens, looked up by `find`. */
export const tokenIdentity = (find: (token: string) => Promise<KnownHost | null>): HostIdentity => ({
  async identify(request) {
    const [, token] = /^Bearer ([\w-]{20,200})$/.exec(request.get('authorization') ?? '') ?? [];
    return token === undefined ? null : find(token);
  },
});

/** Lets hosts of this region in, and nobody else; runs before a body is read. */
export const hostsOnly =
  (identity: HostIdentity): RequestHandler =>
  async (request, response, next) => {
    const askedAtMs = performance.now();
    const host = await identity.identify(request);
    if (host === null) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      throw new ProblemError('sign-in', {
        detail: 'no host of this region has this token',
        next: 'Enrol the host in this region, and give its agent the new token.',
      });
    }
    response.locals['host'] = host;
    response.locals['askedAtMs'] = askedAtMs;
    next();
  };

/** Before who is asking was looked up: what changed since may not be in it. In ms of `performance.now()`. */
export const askedAtMs = (response: Response): number => response.locals['askedAtMs'] as number;

/** The host that `hostsOnly` let in. */
export const hostOf = (response: Response): KnownHost => response.locals['host'] as KnownHost;
