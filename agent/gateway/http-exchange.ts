import http, { type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { awakeTimer } from './awake-timer.ts';
import type { GatewayAccess } from './gateway-access.ts';
import { connectToGateway, type GatewayTrust, type ShownIdentity } from './gateway-connection.ts';
import { GatewayError } from './gateway-error.ts';
import { readProblem } from './read-problem.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the answer's head is there. A connection that died without a word is found out by this. */
  readonly headTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpEndpoint {
  /** The answer's head, and its body unread. @throws GatewayError for anything but 2xx. */
  exchange(request: Exchange): Promise<IncomingMessage>;
  close(): void;
}

const connectionsKept = 8;
const idleSocketMs = 60_000;

/** Connections to one gateway, kept open between requests; another identity begins others. */
export function openEndpoint(url: URL, access: GatewayAccess): HttpEndpoint {
  let used: { readonly shown: ShownIdentity; readonly agent: http.Agent } | null = null;
  const agentOf = (shown: ShownIdentity): http.Agent => {
    if (used?.shown !== shown) used = { shown, agent: agentFor(url, access.trust, shown) };
    return used.agent;
  };
  return {
    close: () => used?.agent.destroy(),
    async exchange({ method, path, headers, body, headTimeoutMs, signal }) {
      const head = new AbortController();
      const late = (): void => head.abort(new GatewayError(`${path} was not answered in time`));
      const clear = awakeTimer(headTimeoutMs, late);
      const abort = (): void => head.abort(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        signal?.throwIfAborted();
        const shown = await access.identity(head.signal);
        const request = http.request({
          method,
          path,
          host: url.hostname,
          port: url.port,
          agent: agentOf(shown),
          signal: head.signal,
          headers: { host: url.host, ...(body === undefined ? {} : jsonHeaders(body)), ...headers },
        });
        return await answerOf(request, body, (problem) => access.answered(shown, problem));
      } finally {
        // The body has its own limits.
        clear();
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}

function agentFor(url: URL, trust: GatewayTrust, shown: ShownIdentity): http.Agent {
  const agent = new http.Agent({
    keepAlive: true,
    maxSockets: 2 * connectionsKept,
    maxFreeSockets: connectionsKept,
    timeout: idleSocketMs * 2,
  });
  return Object.assign(agent, {
    createConnection(_options: unknown, done: (error: Error | null, socket?: Duplex) => void): void {
      connectToGateway(url, trust, shown).then(
        (socket) => done(null, socket),
        (error: unknown) => done(error as Error),
      );
    },
  });
}

function answerOf(
  request: http.ClientRequest,
  body: string | undefined,
  onAnswer: (problem: string | null) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) {
        onAnswer(null);
        resolve(response);
        return;
      }
      void readProblem(request.path, response).then((error) => {
        if (error.problem !== null) onAnswer(error.problem);
        reject(error);
      }, reject);
    });
    request.on('error', (error) => reject(asGatewayError(error)));
    request.end(body);
  });
}

function asGatewayError(error: Error): Error {
  const cause = error.name === 'AbortError' && error.cause instanceof Error ? error.cause : error;
  return cause instanceof GatewayError || cause.name === 'AbortError' ? cause : new GatewayError(cause.message);
}

const jsonHeaders = (body: string): Record<string, string> => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
});
