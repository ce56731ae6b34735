import https from 'node:https';
import { Readable } from 'node:stream';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';

export interface TlsRequest {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null`: no certificate is shown. */
  readonly shown: ShownIdentity | null;
  readonly signal?: AbortSignal | undefined;
}

/** As `fetch`, over TLS, with a certificate. Who answers isn't looked at: tests of agents do that. */
export function tlsRequest(
  url: string,
  { method = 'GET', body, headers = {}, shown, signal }: TlsRequest,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = https.request(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
      rejectUnauthorized: false,
      agent: false,
      ...(shown !== null && { key: shown.key, cert: shown.certificate }),
      ...(signal !== undefined && { signal }),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      const { statusCode = 0, rawHeaders } = response;
      const pairs = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1]!] as [string, string]] : [],
      );
      const isEmpty = statusCode === 204 || statusCode === 304;
      if (isEmpty) response.resume();
      const stream = isEmpty ? null : (Readable.toWeb(response) as ReadableStream<Uint8Array>);
      resolve(new Response(stream, { status: statusCode, headers: pairs }));
    });
    request.end(body);
  });
}
