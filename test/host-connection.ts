import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';

export interface HostAnswer {
  readonly status: number;
  /** Seconds; `null` when it did not say. */
  readonly retryAfter: number | null;
  readonly body: string;
}

/** One connection to a gateway that stays, as a host's; it is made again for what is asked after it was cut. */
export interface HostConnection {
  /** One request after the other. @throws when the connection breaks, or is not taken */
  get(route: string): Promise<HostAnswer>;
  post(route: string, body: string | Buffer): Promise<HostAnswer>;
  close(): void;
}

/** @param shown `null`: no certificate is shown */
export function openHostConnection(url: string, shown: ShownIdentity | null): HostConnection {
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: 1,
    rejectUnauthorized: false,
    ...(shown !== null && { key: shown.key, cert: shown.certificate }),
  });
  const ask = async (method: 'GET' | 'POST', route: string, body: string | Buffer): Promise<HostAnswer> => {
    const length = Buffer.byteLength(body);
    const headers = { 'content-type': 'application/json', 'content-length': length };
    const request = https.request(url + route, { method, agent, headers });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode!,
      retryAfter: retryAfter === undefined ? null : Number(retryAfter),
      body: await text(response),
    };
  };
  return {
    get: (route) => ask('GET', route, ''),
    post: (route, body) => ask('POST', route, body),
    close: () => agent.destroy(),
  };
}
