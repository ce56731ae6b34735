import { createServer } from 'node:net';
import { hash, randomUUID } from 'node:crypto';
import { chmod, chown, lchown, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Workspace, Workspaces } from '../../activities/build/workspaces.ts';
import { accountsInTurn, type AccountsInTurn } from './accounts-in-turn.ts';
import type { Account } from './build-account.ts';
import { killProcessesIn } from './leftover-processes.ts';
import { runInGroup } from './process-group.ts';

/** The scratch folder can't be used; the message says what to change. */
export class ScratchError extends Error {
  override readonly name = 'ScratchError';
  readonly code = 'scratch';
}

export interface Scratch {
  /** Without links in it. */
  readonly root: string;
  readonly workspaces: Workspaces;
  /** Of the commands that run in the workspace with this root; `null` for our own. */
  accountOf(workspace: string): Account | null;
  /** For copies of repositories; kept over restarts. */
  readonly mirrors: string;
}

/**
 * Takes a scratch folder for this process alone and clears away what a killed one left in it: processes, workspaces.
 * @throws ScratchError when another build worker has it, or the build accounts can't reach it.
 */
export async function openScratch(folder: string, accounts: readonly Account[]): Promise<Scratch> {
  await mkdir(folder, { recursive: true });
  const root = await realpath(folder);
  await takeAlone(root);
  await killProcessesIn(root);
  const workspaces = path.join(root, 'workspaces');
  const mirrors = path.join(root, 'mirrors');
  await removeTree(workspaces);
  // Search only: one build doesn't see the names of others.
  for (const open of [root, workspaces]) await mkdir(open, { recursive: true }).then(() => chmod(open, 0o711));
  await mkdir(mirrors, { recursive: true, mode: 0o700 });
  for (const account of accounts) await checkReach(workspaces, account);
  const inTurn = accountsInTurn(accounts);
  const create = () => createWorkspace(path.join(workspaces, randomUUID()), inTurn);
  return { root, workspaces: { create }, accountOf: inTurn.of, mirrors };
}

/** The kernel frees the name when the process ends, however it ends: there is no stale lock. */
async function takeAlone(root: string): Promise<void> {
  const lock = createServer();
  await new Promise<void>((resolve, reject) => {
    lock.once('error', () =>
      reject(new ScratchError(`another build worker uses ${root}: give each its own SLIPWAY_SCRATCH`)),
    );
    lock.listen(`\0slipway-scratch:${hash('sha256', root)}`, resolve);
  });
  lock.unref();
}

async function checkReach(folder: string, account: Account): Promise<void> {
  const end = await runInGroup({
    file: '/bin/sh',
    args: ['-c', 'cd -- "$1"', 'sh', folder],
    cwd: '/',
    env: {},
    account,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    onOutput: () => undefined,
  });
  if (end.exitCode === 0) return;
  throw new ScratchError(
    `uid ${account.uid}, which builds run as, can't enter ${folder}: move SLIPWAY_SCRATCH, or open its parents (chmod o+x)`,
  );
}

async function createWorkspace(root: string, accounts: AccountsInTurn): Promise<Workspace> {
  const [source, home, temporary] = [
    path.join(root, 'source'),
    path.join(root, 'home'),
    path.join(root, 'tmp'),
  ] as const;
  await mkdir(root, { mode: 0o700 });
  const account = accounts.take(root);
  for (const folder of [source, home, temporary]) await mkdir(folder, { mode: 0o755 }).then(() => chmod(folder, 0o755));
  return {
    root,
    source,
    home,
    temporary,
    handOver: async () => {
      if (account !== null) await giveTo(root, account);
    },
    remove: async () => {
      try {
        await killProcessesIn(root);
        await removeTree(root);
      } finally {
        accounts.giveBack(root);
      }
    },
  };
}

async function giveTo(folder: string, { uid, gid }: Account): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(file, { uid, gid });
    else await lchown(file, uid, gid);
  }
  await chown(folder, uid, gid);
}

/** Also trees with folders that their owner may not write (Go's module cache). */
async function removeTree(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    await openFolders(folder);
    await remove();
  });
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}
