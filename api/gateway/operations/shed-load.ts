import type { RequestHandler, Response } from 'express';
import type { TLSSocket } from 'node:tls';
import { ProblemError } from '../../http/problem-error.ts';
import type { ReadPeer } from '../identity/peer-certificate.ts';
import { retryAfterOf, type LoadLevel } from './load-gate.ts';
import type { ServedHosts } from './served-hosts.ts';

export interface Shedding {
  readonly level: () => LoadLevel;
  readonly readPeer: ReadPeer;
  readonly served: ServedHosts;
  readonly onShed: (what: string) => void;
}

/**
 * Before who is asking is looked up: a gateway that has too much on its hands says so at once, and the host, which runs on as
 * it is, asks again later. The connection stays, so that it need not be made again. Who is being served goes by the
 * certificate: a host that switches reports on the connection that is free, and polls on a new one.
 */
export function shedLoad({ level, readPeer, served, onShed }: Shedding): RequestHandler {
  return ({ path, socket }, _response: Response, next) => {
    if (path !== '/poll' && path !== '/reports') return next();
    const now = level();
    if (path === '/reports' && (now === 'calm' || now === 'busy')) return next();
    const host = now === 'overrun' ? undefined : readPeer(socket as TLSSocket)?.host;
    if (host !== undefined && (now === 'calm' || served.has(host))) {
      if (path === '/poll') served.add(host);
      return next();
    }
    // Who has no certificate that holds is told so, as long as there is time for it.
    if (now === 'calm') return next();
    onShed(path.slice(1));
    throw new ProblemError('unavailable', { detail: 'this gateway is at its limit' }, retryAfterOf[now]);
  };
}
