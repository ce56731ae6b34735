import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentDirectory } from '../agent-directory.ts';
import { AgentRunsError, awaitAgentLock, lockAgentDirectory, type Lock } from '../only-agent.ts';
import { signalProcess } from '../process-identity.ts';
import { askAgent } from './ask-agent.ts';
import type { LocalAnswer, LocalRequest } from './local-request.ts';
import { lockHolder } from './lock-holder.ts';

/** An agent that holds the lock and is silent for this long is frozen. */
const frozenAfterMs = 2_000;
const askAgainMs = 100;
const killedTimeoutMs = 3_000;

export type Reached =
  | { readonly by: 'agent'; readonly answer: LocalAnswer }
  /** No agent runs any more, and none can start until the lock is released. */
  | { readonly by: 'lock'; readonly lock: Lock; readonly killed: boolean };

/**
 * The agent's answer; where none runs, its lock; where one holds the lock and is silent, the lock after it was killed,
 * known by (pid, start time, boot id). @throws AgentRunsError when it can't be killed
 */
export async function reachAgent(directory: AgentDirectory, request: LocalRequest): Promise<Reached> {
  const deadline = performance.now() + frozenAfterMs;
  for (let left = frozenAfterMs; left > 0; left = deadline - performance.now()) {
    const answer = await askAgent(directory, request, left);
    if (answer !== null) return { by: 'agent', answer };
    const lock = await tryLock(directory);
    if (lock !== null) return { by: 'lock', lock, killed: false };
    await delay(askAgainMs);
  }
  return { by: 'lock', lock: await killAndLock(directory), killed: true };
}

/**
 * The lock, for an agent: one that is just ending, or a command that stands in, is waited for; an agent that is frozen and
 * outlived its launcher is killed. @throws AgentRunsError where one answers, or where a command holds it for longer
 */
export async function lockAsNextAgent(directory: AgentDirectory, waitMs: number): Promise<Lock> {
  try {
    return await awaitAgentLock(directory, waitMs);
  } catch (error) {
    if (!(error instanceof AgentRunsError) || !isHeldByAgent(directory)) throw error;
    if ((await askAgent(directory, { do: 'status' }, frozenAfterMs)) !== null) throw error;
    return killAndLock(directory);
  }
}

function isHeldByAgent(directory: AgentDirectory): boolean {
  const holder = lockHolder(directory);
  try {
    return holder !== null && readFileSync(`/proc/${holder.pid}/cmdline`, 'utf8').endsWith('\0run\0');
  } catch {
    return false; // it has ended
  }
}

async function killAndLock(directory: AgentDirectory): Promise<Lock> {
  const frozen = lockHolder(directory);
  if (frozen !== null) signalProcess(frozen, 'SIGKILL');
  const deadline = performance.now() + killedTimeoutMs;
  // Not by its process: that is gone from /proc while the last of its threads still holds the lock.
  while (performance.now() < deadline) {
    const lock = await tryLock(directory);
    if (lock !== null) return lock;
    await delay(20);
  }
  return lockAgentDirectory(directory);
}

async function tryLock(directory: AgentDirectory): Promise<Lock | null> {
  try {
    return await lockAgentDirectory(directory);
  } catch (error) {
    if (error instanceof AgentRunsError) return null;
    throw error;
  }
}
