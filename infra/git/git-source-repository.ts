import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CheckoutResult, SourceRepository } from '../../activities/build/source-repository.ts';
import type { Git } from './git-command.ts';
import { mirrorOf, type Mirror } from './mirror.ts';

export interface GitSourceOptions {
  readonly git: Git;
  readonly mirrors: string;
  /** Waits before another try at a repository that can't be reached; as many tries follow as there are waits. */
  readonly retryAfterMs: readonly number[];
}

/** A checkout that fails although the commit is here: no space, or a damaged mirror that fetching anew didn't cure. */
export class CheckoutError extends Error {
  override readonly name = 'CheckoutError';
  readonly code = 'checkout';
}

/** Repositories over git. Runs for one repository follow each other: they share its mirror. */
export function gitSourceRepository(options: GitSourceOptions): SourceRepository {
  const { git, mirrors } = options;
  const lastOf = new Map<string, Promise<unknown>>();
  return {
    checkOut: async ({ cloneUrl, commit }, into, signal) => {
      const mirror = mirrorOf(git, mirrors, cloneUrl);
      const before = lastOf.get(mirror.folder) ?? Promise.resolve();
      const turn = before.then(() => checkOut(options, mirror, commit, into, signal));
      const settled = turn.catch(() => undefined);
      lastOf.set(mirror.folder, settled);
      void settled.then(() => lastOf.get(mirror.folder) === settled && lastOf.delete(mirror.folder));
      return turn;
    },
  };
}

async function checkOut(
  options: GitSourceOptions,
  mirror: Mirror,
  commit: string,
  into: string,
  signal: AbortSignal,
): Promise<CheckoutResult> {
  const fetched = await fetchPatiently(mirror, commit, options.retryAfterMs, signal);
  if (fetched.outcome !== 'checked-out') return fetched;
  const problem = await writeTree(options.git, mirror, commit, into, signal);
  if (problem === null) return { outcome: 'checked-out' };
  // A mirror is a cache: damaged by a crash, it is made anew once.
  await mirror.drop();
  const again = await fetchPatiently(mirror, commit, options.retryAfterMs, signal);
  if (again.outcome !== 'checked-out') return again;
  const stillBad = await writeTree(options.git, mirror, commit, into, signal);
  if (stillBad !== null) throw new CheckoutError(`checkout of ${commit} failed: ${stillBad}`);
  return { outcome: 'checked-out' };
}

async function fetchPatiently(
  mirror: Mirror,
  commit: string,
  waits: readonly number[],
  signal: AbortSignal,
): Promise<CheckoutResult> {
  for (const wait of [...waits, null]) {
    const fetched = await mirror.fetch(commit, signal);
    if (fetched.outcome === 'here') return { outcome: 'checked-out' };
    if (fetched.outcome === 'missing-commit' || wait === null)
      return { outcome: fetched.outcome, reason: fetched.reason };
    await delay(wait, undefined, { signal });
  }
  throw new Error('unreachable: the last round returns');
}

/**
 * Writes the tree by an index beside the checkout. No filter runs (none is configured), no hook, and no attribute
 * leaves a file out, as `git archive` would. Null when it went well, else why not.
 */
async function writeTree(
  git: Git,
  mirror: Mirror,
  commit: string,
  into: string,
  signal: AbortSignal,
): Promise<string | null> {
  const env = { GIT_INDEX_FILE: path.join(path.dirname(into), 'git-index') };
  const read = await git(['--git-dir', mirror.folder, 'read-tree', commit], { signal, env });
  if (!read.ok) return read.problem;
  const args = ['--git-dir', mirror.folder, '--work-tree', into, 'checkout-index', '--all', '--force', '--quiet'];
  const written = await git(args, { signal, env });
  return written.ok ? null : written.problem;
}
