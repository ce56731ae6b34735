import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { freePort } from '../infra/local/free-port.ts';

/** A port in front of a server, which a test can take away and bring back. */
export interface SwitchablePort {
  readonly port: number;
  /** How many connections are open. */
  connections(): number;
  /** Cuts every connection, and refuses new ones. */
  down(): Promise<void>;
  /** As if the server's machine had vanished: nothing is cut or refused, and nothing said or answered any more. */
  silence(): void;
  /** For new connections; those that were silenced stay so. */
  up(): Promise<void>;
}

/** Up at first. */
export async function openSwitchablePort(target: {
  readonly host: string;
  readonly port: number;
}): Promise<SwitchablePort> {
  const sockets = new Set<Socket>();
  /** To the server: that it ends one of these is not heard either. */
  const silenced = new WeakSet<Socket>();
  let silent = false;
  const server = createServer((near) => {
    if (silent) return void sockets.add(near.on('error', () => near.destroy()));
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        if (socket === near || !silenced.has(far)) other.destroy();
      });
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const port = await freePort();
  await listen(port);
  return {
    port,
    connections: () => sockets.size / 2,
    up() {
      silent = false;
      return server.listening ? Promise.resolve() : listen(port);
    },
    silence() {
      silent = true;
      for (const socket of sockets) silenced.add(socket.unpipe().pause());
    },
    async down() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
