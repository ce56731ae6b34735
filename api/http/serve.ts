import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedHttp {
  readonly port: number;
  /** Takes no more connections, lets requests end, then cuts what is left. */
  close(): Promise<void>;
}

/** Requests that are still open this long after the end was asked for are cut. */
const closeGraceMs = 1_500;

/** Listens; resolves when it does. @throws when the address is taken */
export async function serveHttp(
  listener: RequestListener,
  address: { readonly host: string; readonly port: number },
  limits: Pick<ServerOptions, 'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval'> = {},
): Promise<ServedHttp> {
  const server = createServer(
    { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000, ...limits },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(cut);
}
