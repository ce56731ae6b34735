import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A git repository, as far as its own files tell. */
export interface Repository {
  readonly root: string;
  /** Of the place that was asked about, below the root; `.` for the root itself. */
  readonly folder: string;
  /** Into which changes are merged; `null` when nothing says. */
  readonly branch: string | null;
  readonly remote: { readonly cloneUrl: string; readonly name: string | undefined } | null;
}

/** Of all that git is asked for here, in bytes. */
const longestOutput = 16 * 1024 * 1024;

/** git in a folder: what it prints, without the space around it; `null` when it fails, or is not there. */
export const gitIn =
  (folder: string) =>
  (...args: readonly string[]): string | null => {
    const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: longestOutput });
    return status === 0 ? stdout.trim() : null;
  };

/** The repository around a folder; `null` when there is none, or no git. */
export function readRepository(folder: string): Repository | null {
  const git = gitIn(folder);
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

export const hasCommit = ({ root }: Repository): boolean =>
  gitIn(root)('rev-parse', '--verify', '--quiet', 'HEAD') !== null;

/** It would stand in every history and in the audit. */
const withoutSecret = (url: string): string => url.replace(/^(https?:\/\/)[^/]*@/i, '$1');

/** `acme/checkout` of `git@github.com:acme/checkout.git` */
function nameIn(url: string): string | undefined {
  const [owner, name] = url.split(/[/:]/).slice(-2);
  const bare = path.basename(name ?? '', '.git');
  return owner && bare && /^[\w.-]+$/.test(owner) ? `${owner}/${bare}` : undefined;
}

/** By its remote, as the code review names it; without one by its folder: `local/checkout`. */
export const repositoryName = ({ root, remote }: Repository): string => remote?.name ?? localName(root);

/** `local/checkout` of `/srv/checkout.git`: one name for every service in it. */
export function localName(folder: string): string {
  const name = path.basename(folder, '.git').replaceAll(/[^\w.-]+/g, '-');
  return `local/${name.slice(0, 100) || 'repository'}`;
}

/** Where a build worker of this machine clones it from, without a remote. */
export const fileUrl = ({ root }: Repository): string => pathToFileURL(root).href;

/** The folder that a clone URL names on this machine, by its real path; `null` for one of another place. */
export function clonedFolder(cloneUrl: string): string | null {
  const named = path.isAbsolute(cloneUrl) ? cloneUrl : pathIn(cloneUrl);
  if (named === null) return null;
  const folder = path.resolve(named).replace(/\/\.git$/, '');
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function pathIn(url: string): string | null {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}
