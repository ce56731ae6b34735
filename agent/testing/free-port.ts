import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A TCP port that was free a moment ago, for who leaves it and takes it again: from below Linux' ephemeral range (32768 by
 * default), out of which it could be given meanwhile to any program's next outgoing connection.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(10_000, 32_768), '127.0.0.1');
    const port = await once(server, 'listening').then(
      () => (server.address() as { readonly port: number }).port,
      () => null, // taken
    );
    if (port === null) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
