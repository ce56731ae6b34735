import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below Linux' ephemeral range (32768 by default), out of which any program's next outgoing connection is given its port. */
const [lowest, end] = [10_000, 32_768];
const shares = 8;

/**
 * Of tests each worker has a share: what one has chosen and not bound yet, or has let go of for a moment, another would find
 * free.
 */
export function ownPorts(): { readonly first: number; readonly end: number } {
  const worker = process.env['JEST_WORKER_ID'];
  if (worker === undefined) return { first: lowest, end };
  const width = Math.floor((end - lowest) / shares);
  const first = lowest + (Number(worker) % shares) * width;
  return { first, end: first + width };
}

const given = new Set<number>();

/** A TCP port on 127.0.0.1 that was free a moment ago; each but once. */
export async function freePort(): Promise<number> {
  const own = ownPorts();
  for (;;) {
    const port = randomInt(own.first, own.end);
    if (given.has(port) || !(await canListen(port))) continue;
    given.add(port);
    return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
