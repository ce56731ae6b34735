import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { HostId } from '../../../domain/names.ts';
import type { HostMemory } from './host-memory.ts';

/** Connections of hosts that were let in, so that they can be ended. */
export interface HostConnections {
  add(host: HostId, socket: TLSSocket): void;
  /** Ends all of the host but one that is to be answered, with the poll that is held open. How many there were. */
  end(host: HostId, except?: Socket): number;
  size(): number;
}

export function createHostConnections(): HostConnections {
  const byHost = new Map<HostId, Set<TLSSocket>>();
  let size = 0;
  return {
    add(host, socket) {
      const known = byHost.get(host) ?? new Set();
      if (known.has(socket) || socket.destroyed) return;
      byHost.set(host, known.add(socket));
      size += 1;
      socket.once('close', () => {
        size -= 1;
        known.delete(socket);
        if (known.size === 0 && byHost.get(host) === known) byHost.delete(host);
      });
    },
    end(host, except) {
      const sockets = [...(byHost.get(host) ?? [])].filter((socket) => socket !== except);
      for (const socket of sockets) socket.destroy();
      return sockets.length;
    },
    size: () => size,
  };
}

/** Who only waits on an open poll is found out by this, and who is remembered though the word of it was lost. */
const lookEveryMs = 10_000;

export interface ShutOutWatch {
  /** How many hosts are kept out. */
  count(): number;
  stop(): void;
}

/** Ends connections of hosts that were revoked or quarantined, also by another gateway or an operator. */
export function watchShutOut(
  store: Pick<HostMemory, 'shutOut' | 'forget'>,
  connections: HostConnections,
  log: Logger,
  everyMs = lookEveryMs,
): ShutOutWatch {
  let count = 0;
  const look = async (): Promise<void> => {
    const hosts = await store.shutOut();
    count = hosts.length;
    for (const host of hosts) {
      store.forget(host);
      if (connections.end(host) > 0) log.warn({ host }, 'a host was shut out: its connections are ended');
    }
  };
  // A database that is away answers no request either; whatever it is, open polls of who is shut out stay open meanwhile.
  const failed = (err: unknown): void => log.warn({ err }, 'hosts that are shut out could not be read');
  const looking = setInterval(() => void look().catch(failed), everyMs);
  looking.unref();
  return { count: () => count, stop: () => clearInterval(looking) };
}
