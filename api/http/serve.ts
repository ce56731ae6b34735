import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

export interface ServedHttp {
  readonly port: number;
  /** Takes no more connections, lets requests end, then cuts what is left. */
  close(): Promise<void>;
}

export interface ServedTls extends ServedHttp {
  /** Connections from now on are begun with another certificate. */
  replaceCertificate(pair: { readonly key: string; readonly cert: string; readonly ca: string[] }): void;
  /** Connections beyond so many are closed before anything is said on them. */
  takeAtMost(connections: number): void;
}

export interface ServedAddress {
  readonly host: string;
  readonly port: number;
}

type Limits = Pick<
  ServerOptions,
  'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval' | 'keepAliveTimeout'
>;

const usualLimits = { keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000 };
/** Requests that are still open this long after the end was asked for are cut. */
const closeGraceMs = 1_500;

/** Listens; resolves when it does. @throws when the address is taken */
export async function serveHttp(
  listener: RequestListener,
  address: ServedAddress,
  limits: Limits = {},
): Promise<ServedHttp> {
  return listen(createServer({ ...usualLimits, ...limits }, listener), address);
}

/** As `serveHttp`, over TLS. */
export async function serveTls(
  listener: RequestListener,
  address: ServedAddress,
  tls: TlsOptions,
  limits: Limits = {},
): Promise<ServedTls> {
  const server = createTlsServer({ ...usualLimits, ...limits, ...tls }, listener);
  const served = await listen(server, address);
  // What is set anew replaces all of it.
  return {
    ...served,
    replaceCertificate: (pair) => server.setSecureContext({ ...tls, ...pair }),
    takeAtMost: (connections) => void (server.maxConnections = connections),
  };
}

async function listen(server: Server | TlsServer, address: ServedAddress): Promise<ServedHttp> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(cut);
}
