import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentDirectory } from './agent-directory.ts';
import { hasCode } from './durable-files.ts';

export class AgentRunsError extends Error {
  override readonly name = 'AgentRunsError';
  readonly code = 'agent-runs';
}

export interface Lock {
  release(): void;
}

export const lockPrefix = 'slipway-agent:';
export const lockName = ({ mark }: AgentDirectory): string => `${lockPrefix}${mark}`;

const askAgainMs = 100;

/** As `lockAgentDirectory`, but one that is just ending, or a command that stands in, is waited for. @throws AgentRunsError */
export async function awaitAgentLock(directory: AgentDirectory, waitMs: number): Promise<Lock> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return await lockAgentDirectory(directory);
    } catch (error) {
      if (!(error instanceof AgentRunsError) || performance.now() >= deadline) throw error;
      await delay(askAgainMs);
    }
  }
}

/**
 * One agent a folder. The kernel holds the lock (a socket in the abstract namespace) and frees it with the process,
 * however that ends: no stale file can keep an agent out. @throws AgentRunsError
 */
export async function lockAgentDirectory(directory: AgentDirectory): Promise<Lock> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const taken = hasCode(error, 'EADDRINUSE');
      reject(taken ? new AgentRunsError(`another agent runs with the folder ${directory.root}`) : error);
    });
    server.listen(`\0${lockName(directory)}`, resolve);
  });
  server.unref();
  return { release: () => void server.close() };
}
