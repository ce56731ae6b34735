import type { Request, RequestHandler, Response } from 'express';
import type { Selector } from '../../domain/goal/goal.ts';
import type { HostId, ServiceName } from '../../domain/names.ts';
import type { StoredHost } from './identity/identity-store.ts';

/** A host that proved who it is, and what decides which goals concern it. */
export interface KnownHost {
  readonly id: HostId;
  readonly labels: Selector;
  readonly maintenance: boolean;
  /** Services that it reports. */
  readonly reports: readonly ServiceName[];
}

/** Who is asking, by the certificate of the connection; nothing in a request says who sent it. */
export interface HostIdentity {
  /** @throws ProblemError for everyone who is no host of this region, or is kept out. */
  identify(request: Request): Promise<StoredHost>;
}

/** Lets hosts of this region in, and nobody else; runs before a body is read. */
export const hostsOnly =
  (identity: HostIdentity): RequestHandler =>
  async (request, response, next) => {
    response.locals['askedAtMs'] = performance.now();
    response.locals['host'] = await identity.identify(request);
    next();
  };

/** Before who is asking was looked up: what changed since may not be in it. In ms of `performance.now()`. */
export const askedAtMs = (response: Response): number => response.locals['askedAtMs'] as number;

/** The host that `hostsOnly` let in. */
export const hostOf = (response: Response): StoredHost => response.locals['host'] as StoredHost;
