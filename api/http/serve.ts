import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type ListenOptions,
  type Server as TcpServer,
} from 'node:net';
import type { TlsOptions } from 'node:tls';
import { passQuietPaths } from '../../infra/telemetry/pass-quiet-paths.ts';
import { handshakeTimeout, limitTogether, type LimitedConnections } from './limit-together.ts';

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
  { maxConnections = Infinity, ...limits }: Limits & { readonly maxConnections?: number } = {},
): Promise<ServedHttp> {
  const server = createServer({ ...usualLimits, ...limits }, listener);
  server.maxConnections = maxConnections;
  return listen(server, address);
}

/**
 * libuv takes one connection from a listening socket each turn of the event loop (since 1.50): where thousands of hosts come
 * back while others are served, the rest overran its queue and tried again for seconds. So several sockets listen on one port.
 */
const listeningSockets = process.platform === 'linux' ? 16 : 1;
const backlog = 4_096;

/** As `serveHttp`, over TLS, and for thousands of connections. */
export async function serveTls(
  listener: RequestListener,
  address: ServedAddress,
  tls: TlsOptions,
  limits: Limits = {},
): Promise<ServedTls> {
  const server = createTlsServer({ ...usualLimits, handshakeTimeout, ...limits, ...tls }, listener);
  passQuietPaths(server);
  const { port } = await claim(address);
  const shared = { host: address.host, port, backlog, reusePort: listeningSockets > 1 };
  const others = Array.from({ length: listeningSockets - 1 }, () =>
    createTcpServer({ noDelay: true }, (socket) => void server.emit('connection', socket)),
  );
  for (const each of [server, ...others]) await startListening(each, shared);
  const connections = limitTogether(server, [server, ...others]);
  // What is set anew replaces all of it.
  return {
    port,
    close: () => closeServer(server, others, connections),
    replaceCertificate: (pair) => server.setSecureContext({ ...tls, ...pair }),
    takeAtMost: connections.takeAtMost,
  };
}

/** A port that several sockets may share would be shared with another program, too: first it is asked for alone. */
async function claim(address: ServedAddress): Promise<AddressInfo> {
  const alone = createTcpServer();
  await startListening(alone, address);
  const claimed = alone.address() as AddressInfo;
  await new Promise((closed) => alone.close(closed));
  return claimed;
}

const startListening = (server: TcpServer, options: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, resolve);
  });

async function listen(server: Server, address: ServedAddress): Promise<ServedHttp> {
  await startListening(server, address);
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(
  server: Server | TlsServer,
  others: readonly TcpServer[] = [],
  connections?: LimitedConnections,
): Promise<void> {
  const closed = [server, ...others].map((each) => new Promise<void>((resolve) => each.close(() => resolve())));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    server.closeAllConnections();
    connections?.cut();
  }, closeGraceMs);
  await Promise.all(closed);
  clearTimeout(cut);
}
