import net from 'node:net';
import type { ServiceName } from '../../domain/names.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** No port of the range can be given to an instance: the host's fault, not the release's. */
export class NoPortError extends Error {
  override readonly name = 'NoPortError';
  readonly code = 'no-port';
}

export interface InstancePorts {
  /**
   * The port `preferred` if it can be had, so that a service keeps its place; else the first of the range that nobody
   * listens on and no other service was given. @throws NoPortError
   */
  choose(service: ServiceName, preferred: number | null, ofOthers: ReadonlySet<number>): Promise<number>;
}

export function openInstancePorts({ first, last }: PortRange): InstancePorts {
  const chosen = new Map<ServiceName, number>();
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return {
    async choose(service, preferred, ofOthers) {
      const ordered = preferred !== null && all.includes(preferred) ? [preferred, ...all] : all;
      for (const port of ordered) {
        const anothers = [...chosen].some(([owner, taken]) => taken === port && owner !== service);
        if (anothers || ofOthers.has(port)) continue;
        // Before it is tried: two services may be choosing at the same time.
        chosen.set(service, port);
        if (await isFree(port)) return port;
        chosen.delete(service);
      }
      throw new NoPortError(`no free port from ${first} to ${last} for an instance`);
    },
  };
}

/** Asked on all addresses, as the instance may bind any. */
function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
