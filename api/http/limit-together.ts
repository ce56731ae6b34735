import type { Server as TlsServer } from 'node:https';
import type { Server as TcpServer, Socket } from 'node:net';
import { openQuietConnections } from './quiet-connections.ts';

/**
 * Connections whose handshake is under way. One takes some 3 ms of a core, so that these are done within three seconds. Whoever comes
 * beyond them is better off to come again than to be answered when it has given up: then every handshake is one with nobody.
 */
const handshakesAtOnce = 1_000;
/** As long as an agent waits for it. */
export const handshakeTimeout = 10_000;

export interface LimitedConnections {
  takeAtMost(connections: number): void;
  /** Ends all, also those that the server doesn't know yet, as their handshake is under way. */
  cut(): void;
}

/** One limit for all that listen: the kernel spreads connections by chance, and some would be full long before others. */
export function limitTogether(server: TlsServer, listening: readonly TcpServer[]): LimitedConnections {
  const open = new Set<Socket>();
  const quiet = openQuietConnections();
  let [beginning, most, isFull] = [0, Infinity, false];
  const isCrowded = (): boolean => beginning >= handshakesAtOnce;
  const apply = (): void => {
    if (isCrowded()) void quiet.cutWhile(isCrowded);
    if (isFull === (open.size >= most || isCrowded())) return;
    isFull = !isFull;
    for (const each of listening) each.maxConnections = isFull ? 0 : Infinity;
  };
  const begun = (): void => {
    beginning = Math.max(0, beginning - 1);
    apply();
  };
  server.on('secureConnection', begun);
  // Once for each connection that ends before it is secure.
  server.on('tlsClientError', begun);
  // Of every socket, whichever server has taken it.
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    quiet.add(socket);
    beginning += 1;
    apply();
    socket.once('close', () => {
      open.delete(socket);
      quiet.delete(socket);
      beginning = Math.min(beginning, open.size);
      apply();
    });
  });
  return {
    takeAtMost(connections) {
      most = connections;
      apply();
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
  };
}
