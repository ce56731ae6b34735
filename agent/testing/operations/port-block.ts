import net from 'node:net';

const first = 5_500;
const size = 280;
const blocks = 6;

/** Ports of which nobody else chooses one at random in between: an instance's lies free while it is being switched. */
export interface PortBlock {
  take(): number;
  giveBack(port: number): void;
  close(): void;
}

/** A block that no other process has: its first port is held as long as it is used. */
export async function openPortBlock(): Promise<PortBlock> {
  for (let block = 0; block < blocks; block++) {
    const base = first + block * size;
    const lock = await listen(base);
    if (lock === null) continue;
    const free = Array.from({ length: size - 1 }, (_, index) => base + 1 + index);
    return {
      take: () => free.shift()!,
      giveBack: (port) => void free.push(port),
      close: () => void lock.close(),
    };
  }
  throw new Error('no block of ports is free');
}

function listen(port: number): Promise<net.Server | null> {
  const server = net.createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
