import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** A git repository, as far as its own files tell. */
export interface Repository {
  readonly root: string;
  /** Of the place that was asked about, below the root; `.` for the root itself. */
  readonly folder: string;
  /** Into which changes are merged; `null` when nothing says. */
  readonly branch: string | null;
  readonly remote: { readonly cloneUrl: string; readonly name: string | undefined } | null;
}

/** The repository around a folder; `null` when there is none, or no git. */
export function readRepository(folder: string): Repository | null {
  const git = (...args: string[]): string | null => {
    const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
  const root = git('rev-parse', '--show-toplevel');
  if (root === null) return null;
  const url = git('remote', 'get-url', 'origin');
  const head = git('symbolic-ref', '--short', 'refs/remotes/origin/HEAD')?.replace(/^origin\//, '');
  return {
    root,
    folder: git('rev-parse', '--show-prefix')?.replace(/\/$/, '') || '.',
    branch: head ?? git('symbolic-ref', '--short', 'HEAD'),
    remote: url === null ? null : { cloneUrl: withoutSecret(url), name: nameIn(url) },
  };
}

/** It would stand in every history and in the audit. */
const withoutSecret = (url: string): string => url.replace(/^(https?:\/\/)[^/]*@/i, '$1');

/** `acme/checkout` of `git@github.com:acme/checkout.git` */
function nameIn(url: string): string | undefined {
  const [owner, name] = url.split(/[/:]/).slice(-2);
  const bare = path.basename(name ?? '', '.git');
  return owner && bare && /^[\w.-]+$/.test(owner) ? `${owner}/${bare}` : undefined;
}
