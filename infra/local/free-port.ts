import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Above the ports that `npm start` begins with, below Linux' ephemeral range: any program's next outgoing connection has one of those. */
const [lowest, end] = [22_000, 32_768];
/** One for each of the three workers of a test run (jest.config.js); share 0 is that of the servers which all of them use. */
const shares = 4;

/**
 * In a test those of its worker: what one worker has chosen and not bound yet, or has let go of for a moment, another would find
 * free. By Jest's own variable, which is no setting of Slipway's.
 */
export function portsOf(worker: string | undefined): { readonly first: number; readonly end: number } {
  if (worker === undefined) return { first: lowest, end };
  const width = Math.floor((end - lowest) / shares);
  const first = lowest + (Number(worker) % shares) * width;
  return { first, end: first + width };
}

const given = new Set<number>();

/**
 * The first of so many TCP ports in a row on 127.0.0.1; that one was free a moment ago. No port twice to one program, or to one
 * file of tests. @throws RangeError where there are not so many
 */
export async function freePorts(count: number): Promise<number> {
  const own = portsOf(process.env['JEST_WORKER_ID']);
  for (;;) {
    const first = randomInt(own.first, own.end - count + 1);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port))) continue;
    for (const port of ports) given.add(port);
    if (await canListen(first)) return first;
  }
}

export const freePort = (): Promise<number> => freePorts(1);

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
