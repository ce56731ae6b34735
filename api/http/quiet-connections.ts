import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Connections that were answered nothing yet: their other end may never have asked for a handshake. */
export interface QuietConnections {
  add(connection: Connection): void;
  delete(connection: Connection): void;
  /** Until it is not crowded any more ends those that have said nothing for a second. */
  cutWhile(isCrowded: () => boolean): Promise<void>;
}

interface Connection {
  readonly bytesWritten: number;
  destroy(): unknown;
}

/** A host asks for the handshake at once; even if that is lost on the way it comes again within a second. */
const quietMs = 1_000;
const lookEveryMs = 250;

export function openQuietConnections(): QuietConnections {
  const sinceMs = new Map<Connection, number>();
  let isLooking = false;
  const look = (): void => {
    const nowMs = performance.now();
    for (const [connection, atMs] of sinceMs) {
      if (connection.bytesWritten > 0) sinceMs.delete(connection);
      else if (nowMs - atMs >= quietMs) connection.destroy();
    }
  };
  return {
    add: (connection) => void sinceMs.set(connection, performance.now()),
    delete: (connection) => void sinceMs.delete(connection),
    async cutWhile(isCrowded) {
      if (isLooking) return;
      isLooking = true;
      while (isCrowded()) {
        await delay(lookEveryMs, undefined, { ref: false });
        // Silence counts as far as somebody listened: by then all that has arrived was read, and answered.
        await nextTurn();
        look();
      }
      isLooking = false;
    },
  };
}
