import { chmodSync, closeSync, constants, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import type { GatewayClock } from '../gateway/gateway-clock.ts';
import type { HostLoop } from '../host-loop.ts';
import type { InstanceGroups } from '../keeper/instance-groups.ts';
import type { Log } from '../log.ts';
import { decideLocally } from './decide-locally.ts';
import type { GroupsRequest, LocalAnswer, LocalRequest } from './local-request.ts';

const socketName = 'agent.sock';

export interface LocalParts {
  readonly loop: HostLoop;
  readonly clock: Pick<GatewayClock, 'aheadMs'>;
  readonly groups: Pick<InstanceGroups, 'tryOut'>;
  readonly log: Log;
}

/**
 * Answers commands on this host until closed. Where the socket can't be made (a disk without inodes) the agent goes on
 * without it: a command that needs it takes the agent's place.
 */
export function serveLocally(directory: AgentDirectory, { loop, clock, groups, log }: LocalParts): { close(): void } {
  const folder = openSync(directory.root, constants.O_RDONLY | constants.O_DIRECTORY);
  // By way of a descriptor of its folder, because a socket's path may have no more than 107 bytes (man 7 unix).
  const file = `/proc/self/fd/${folder}/${socketName}`;
  const server = net.createServer((socket) => serve(socket, { loop, clock, groups }));
  server.on('error', (error) => log.warn('commands on this host are not answered', { reason: error.message }));
  rmSync(path.join(directory.root, socketName), { force: true, recursive: true });
  server.listen(file, () => chmodSync(file, 0o600));
  server.unref();
  return {
    close() {
      server.close();
      closeSync(folder);
    },
  };
}

function serve(socket: net.Socket, parts: Omit<LocalParts, 'log'>): void {
  socket.on('error', () => undefined);
  createInterface({ input: socket })
    .on('line', (line) => void answerLine(line, parts).then((answer) => socket.write(`${JSON.stringify(answer)}\n`)))
    .on('error', () => undefined);
}

async function answerLine(line: string, { loop, clock, groups }: Omit<LocalParts, 'log'>): Promise<LocalAnswer> {
  try {
    const request = readRequest(line);
    if (request === null) return { ok: false, code: 'error', reason: 'the request is malformed' };
    if (request.do === 'try-groups') return { ok: true, protocol: 1, groups: await groups.tryOut() };
    const { answer, event } = decideLocally(request, loop.state, Date.now(), clock.aheadMs());
    if (event !== null) await loop.dispatch(event);
    return answer;
  } catch (error) {
    return { ok: false, code: 'error', reason: (error as Error).message };
  }
}

function readRequest(line: string): LocalRequest | GroupsRequest | null {
  const { do: verb, service } = JSON.parse(line) as Record<string, unknown>;
  if (verb === 'status' || verb === 'try-groups') return { do: verb };
  const known = (verb === 'rollback' || verb === 'unpin') && typeof service === 'string' && isName(service);
  return known ? ({ do: verb, service } as LocalRequest) : null;
}
