import { closeSync, constants, openSync } from 'node:fs';
import net from 'node:net';
import { createInterface } from 'node:readline';
import type { AgentDirectory } from '../agent-directory.ts';
import type { GroupsRequest, LocalAnswer, LocalRequest } from './local-request.ts';

/** One request, one answer; null when no agent answers within the time. */
export async function askAgent(
  { root }: Pick<AgentDirectory, 'root'>,
  request: LocalRequest | GroupsRequest,
  timeoutMs: number,
): Promise<LocalAnswer | null> {
  let folder: number;
  try {
    folder = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return null;
  }
  const socket = net.connect(`/proc/self/fd/${folder}/agent.sock`);
  const late = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    return await new Promise((resolve) => {
      createInterface({ input: socket })
        .on('line', (line) => resolve(JSON.parse(line) as LocalAnswer))
        .on('error', () => undefined);
      socket.on('error', () => resolve(null));
      socket.once('close', () => resolve(null));
    });
  } finally {
    clearTimeout(late);
    socket.destroy();
    closeSync(folder);
  }
}
