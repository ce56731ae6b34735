import { spawn, type StdioOptions } from 'node:child_process';
import net from 'node:net';
import { keeperCommand } from './keeper-command.ts';
import type { KeeperPlace } from './keeper-place.ts';

/** As long as the kernel lets a queue be (`net.core.somaxconn`): while there is no instance, callers wait in it. */
const backlog = 4_096;

/** The port is another's. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly code = 'port-taken';
}

/** @throws PortTakenError, or the system's error when it has no memory for another process */
export async function startKeeper(
  place: KeeperPlace,
  socketPort: number | null,
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const start = (socket: readonly unknown[]): void =>
    launch(place, config, ['ignore', 'ignore', 'ignore', ...socket] as StdioOptions);
  if (socketPort === null) return start([]);
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new PortTakenError(`port ${socketPort} can't be listened on (${error.code})`)),
    );
    // `reusePort`: an instance whose keeper was killed holds the only descriptor of the socket before. It goes on
    // with that one, while new connections are shared with this one, until it ends.
    server.listen({ port: socketPort, backlog, exclusive: true, reusePort: true }, () => {
      // In one turn of the event loop: this process never takes a connection. A keeper's copy is never wrapped, for the
      // same reason. Node's own test-listen-fd-detached.js hands the handle over like this.
      try {
        start([(server as net.Server & { readonly _handle: unknown })._handle]);
      } catch (error) {
        // Without memory Node throws, and what is thrown here is nobody's but the process's.
        reject(error as Error);
      }
      server.close(() => resolve());
    });
  });
}

export const keeperArgv = (config: Readonly<Record<string, unknown>>): readonly string[] => [
  process.execPath,
  ...keeperCommand,
  JSON.stringify(config),
];

/** In a session of its own: neither the agent's end nor a terminal's Ctrl-C reaches it. */
function launch({ name }: KeeperPlace, config: Readonly<Record<string, unknown>>, stdio: StdioOptions): void {
  const { PATH = '/usr/bin:/bin' } = process.env;
  const [file = '', ...args] = keeperArgv(config);
  const child = spawn(file, args, {
    detached: true,
    stdio,
    cwd: '/',
    env: { PATH, SLIPWAY_KEEPER: name },
  });
  child.once('error', () => undefined);
  child.unref();
}
