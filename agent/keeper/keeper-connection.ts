import { closeSync, constants, openSync } from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import type { KeeperAnswer, KeeperRequest, KeeperStatus } from './keeper-status.ts';

/** The keeper is gone, or doesn't answer. The instance may well run on. */
export class KeeperError extends Error {
  override readonly name = 'KeeperError';
  readonly code = 'keeper';
}

/** One request, one answer. @throws KeeperError */
export async function askKeeper(directory: string, request: KeeperRequest, timeoutMs: number): Promise<KeeperAnswer> {
  const socket = connect(directory);
  const late = setTimeout(() => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return await new Promise<KeeperAnswer>((resolve, reject) => {
      onAnswer(socket, resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('the connection ended')));
    });
  } catch (error) {
    throw new KeeperError(`the keeper in ${directory} can't be asked: ${(error as Error).message}`);
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

export interface KeeperWatch {
  close(): void;
}

/** Calls `onStatus` now and at each change, until closed; `onLost` once when the keeper is gone. */
export function watchKeeper(
  directory: string,
  onStatus: (status: KeeperStatus) => void,
  onLost: () => void,
): KeeperWatch {
  const socket = connect(directory);
  let closed = false;
  socket.write(`${JSON.stringify({ do: 'watch' } satisfies KeeperRequest)}\n`);
  onAnswer(socket, (answer) => {
    if (answer.ok && !closed) onStatus(answer.status);
  });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    if (!closed) onLost();
  });
  return {
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}

/** By way of a descriptor of its folder, because a socket's path may have no more than 107 bytes (man 7 unix). */
function connect(directory: string): net.Socket {
  try {
    const folder = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    const socket = net.connect(`/proc/self/fd/${folder}/keeper.sock`);
    socket.once('close', () => closeSync(folder));
    return socket;
  } catch (error) {
    throw new KeeperError(`there is no keeper in ${directory}: ${(error as Error).message}`);
  }
}

function onAnswer(socket: net.Socket, handle: (answer: KeeperAnswer) => void): void {
  createInterface({ input: socket })
    .on('line', (line) => handle(JSON.parse(line) as KeeperAnswer))
    .on('error', () => undefined);
}
