import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AgentConfig } from './agent-config.ts';
import type { AgentDirectory } from './agent-directory.ts';
import { lacksMeans, syncDirectory } from './durable-files.ts';
import type { Log } from './log.ts';
import { rememberGoneBack } from './own/gone-back.ts';
import { nowAndThen, untilRead } from './read-again.ts';
import { openHostMemory, type HostMemoryStore } from './state/host-memory.ts';
import { UnreadMemoryError } from './state/two-copies.ts';
import { openPinnedRoot, UnreadRootError, type PinnedRoot } from './trust/pinned-root.ts';

/**
 * Whom this host trusts and what it remembers, for whoever holds its lock. What nobody could look at is waited for here, however
 * long that takes: the launcher would count an end as a fault of this release, refuse it, and start an older one, which may take
 * what it can't read for lost. @throws RootError, SnapshotError
 */
export async function openMemory(
  directory: AgentDirectory,
  config: AgentConfig,
  log: Log,
  signal: AbortSignal,
): Promise<{ readonly root: PinnedRoot; readonly memory: HostMemoryStore }> {
  const waiting = {
    isUnread: isPassing,
    tell: nowAndThen((reason) => log.error('the agent waits for what it could not read', { reason })),
    signal,
  };
  // Nothing below is durable before its folders are.
  const folders = [directory.root, path.dirname(directory.root)];
  for (const folder of folders) await untilRead(() => syncDirectory(folder), waiting);
  const onRefused = nowAndThen((reason) => log.warn('a root document was refused', { reason }));
  const root = await untilRead(() => openPinnedRoot(rootFiles(directory, config), onRefused), waiting);
  const memory = await untilRead(() => openHostMemory(directory, config.host), waiting);
  for (const reason of memory.damage) log.error('the memory was damaged', { reason });
  return { root, memory: await rememberGoneBack(memory, directory) };
}

/** Not a write that failed: what became of that, the kernel may have forgotten by the next try. */
const isPassing = (error: unknown): boolean =>
  error instanceof UnreadMemoryError || error instanceof UnreadRootError || lacksMeans(error);

const rootFiles = (directory: AgentDirectory, { rootFile }: AgentConfig): Parameters<typeof openPinnedRoot>[0] => ({
  offered: rootFile,
  pinned: [directory.pinnedRoot, directory.pinnedRootCopy],
  isNew: ![directory.journal, directory.snapshot].some((file) => existsSync(file)),
});
