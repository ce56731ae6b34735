import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { isQuietPath } from './quiet-paths.ts';

/**
 * Requests of quiet paths pass by the instrumentation of HTTP, which leaves them out but binds each one's listeners to a context
 * first: of a poll that is held open that took as much memory as the poll itself, and a tenth of the time to answer it.
 */
export function passQuietPaths(server: Server | TlsServer): void {
  const traced = server.emit.bind(server) as EventEmitter['emit'];
  const emit: EventEmitter['emit'] = (event, ...given) =>
    event === 'request' && isQuietPath((given[0] as IncomingMessage).url ?? '/')
      ? EventEmitter.prototype.emit.call(server, event, ...given)
      : traced(event, ...given);
  Object.assign(server, { emit });
}
