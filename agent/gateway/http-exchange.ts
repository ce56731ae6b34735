import http from 'node:http';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';

/** The gateway didn't answer, or not with what was asked. Never a fault of a release, and always worth another try. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code = 'gateway';
  /** 0 when there was no answer. */
  readonly status: number;
  /** What the gateway asked to wait, in ms; 0 when it said nothing. */
  readonly retryAfterMs: number;

  constructor(message: string, status = 0, retryAfterMs = 0) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

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
const tcpProbeMs = 15_000;
const idleSocketMs = 60_000;

/** Connections to one server, kept open between requests. */
export function openEndpoint(url: URL, token: () => string): HttpEndpoint {
  const secure = url.protocol === 'https:';
  const options = {
    keepAlive: true,
    keepAliveMsecs: tcpProbeMs,
    maxSockets: 2 * connectionsKept,
    maxFreeSockets: connectionsKept,
    timeout: idleSocketMs * 2,
  };
  const agent = secure ? new https.Agent(options) : new http.Agent(options);
  const send = secure ? https.request : http.request;
  return {
    close: () => agent.destroy(),
    async exchange({ method, path, headers, body, headTimeoutMs, signal }) {
      const deadline = AbortSignal.timeout(headTimeoutMs);
      const head = new AbortController();
      const abort = (): void =>
        head.abort(signal?.aborted ? signal.reason : new GatewayError(`${path} was not answered in time`));
      deadline.addEventListener('abort', abort, { once: true });
      signal?.addEventListener('abort', abort, { once: true });
      try {
        signal?.throwIfAborted();
        const request = send(new URL(path, url), {
          method,
          agent,
          signal: head.signal,
          headers: { authorization: `Bearer ${token()}`, ...(body === undefined ? {} : jsonHeaders(body)), ...headers },
        });
        return await answerOf(request, body);
      } finally {
        // The body has its own limits.
        deadline.removeEventListener('abort', abort);
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}

function answerOf(request: http.ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) return resolve(response);
      response.resume();
      const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1_000 || 0;
      return reject(new GatewayError(`${request.path} was answered ${statusCode}`, statusCode, retryAfterMs));
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
