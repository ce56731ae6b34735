import { hash } from 'node:crypto';
import { access, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git-command.ts';

/** What was fetched of one repository: a bare one that only we write to. A cache: it may be deleted at any time. */
export interface Mirror {
  readonly folder: string;
  /** Brings the commit here if the repository has it. */
  fetch(
    commit: string,
    signal: AbortSignal,
  ): Promise<{ readonly outcome: 'here' | 'missing-commit' | 'unreachable'; readonly reason: string }>;
  /** Deletes it; the next fetch starts afresh. */
  drop(): Promise<void>;
}

export function mirrorOf(git: Git, mirrors: string, cloneUrl: string): Mirror {
  const folder = path.join(mirrors, `${hash('sha256', cloneUrl).slice(0, 40)}.git`);
  const inMirror = (args: readonly string[], signal: AbortSignal) => git(['--git-dir', folder, ...args], { signal });
  const has = async (commit: string, signal: AbortSignal): Promise<boolean> =>
    (await inMirror(['cat-file', '-e', `${commit}^{tree}`], signal)).ok;

  return {
    folder,
    fetch: async (commit, signal) => {
      const there = await access(path.join(folder, 'HEAD')).then(
        () => true,
        () => false,
      );
      if (!there) await git(['init', '--quiet', '--bare', '--template=', folder], { signal });
      else if (await has(commit, signal)) return { outcome: 'here', reason: '' };
      // One commit is enough for a tree. The reference keeps it from being collected.
      const exact = ['fetch', '--quiet', '--no-tags', '--depth=1', '--no-recurse-submodules', '--', cloneUrl];
      await inMirror([...exact, `+${commit}:refs/slipway/${commit}`], signal);
      if (await has(commit, signal)) return { outcome: 'here', reason: '' };
      // Some servers give no commit by its name, only branches.
      const branches = [
        'fetch',
        '--quiet',
        '--no-tags',
        '--no-recurse-submodules',
        '--',
        cloneUrl,
        '+refs/heads/*:refs/heads/*',
      ];
      const fetched = await inMirror(branches, signal);
      if (await has(commit, signal)) return { outcome: 'here', reason: '' };
      return fetched.ok
        ? { outcome: 'missing-commit', reason: `the repository doesn't have commit ${commit}` }
        : { outcome: 'unreachable', reason: fetched.problem };
    },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Lock files of a git that was killed; nobody else writes to mirrors when a worker starts. */
export async function removeStaleLocks(mirrors: string): Promise<void> {
  for (const name of await readdir(mirrors, { recursive: true })) {
    if (name.endsWith('.lock')) await rm(path.join(mirrors, name), { force: true });
  }
}
