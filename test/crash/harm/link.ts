import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to a server that can be cut. */
export interface Link {
  /** host:port, in place of the server's own. */
  readonly address: string;
  /** `refused`: every connection breaks; else they stay, and nothing comes through. Answers how it is mended. */
  cut(refused: boolean): () => void;
  close(): void;
}

type Pair = readonly [client: Socket, server: Socket];

/** @param target host:port */
export async function openLink(target: string): Promise<Link> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const pairs = new Set<Pair>();
  let cut: 'refused' | 'silent' | null = null;
  const listener = createServer({ noDelay: true }, (client) => {
    if (cut === 'refused') return void client.resetAndDestroy();
    const pair: Pair = [client, connect({ host: hostname, port: Number(port), noDelay: true })];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        breakPair(pair);
      });
    }
    if (cut === null) join(pair);
    else part(pair);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut(refused) {
      cut = refused ? 'refused' : 'silent';
      for (const pair of pairs)
        if (refused) breakPair(pair);
        else part(pair);
      return () => {
        cut = null;
        for (const pair of pairs) join(pair);
      };
    },
    close() {
      listener.close();
      for (const pair of pairs) breakPair(pair);
    },
  };
}

function join([client, server]: Pair): void {
  client.pipe(server);
  server.pipe(client);
}

function part([client, server]: Pair): void {
  client.unpipe(server).pause();
  server.unpipe(client).pause();
}

const breakPair = (pair: Pair): void => pair.forEach((socket) => socket.resetAndDestroy());
