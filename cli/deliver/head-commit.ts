import { noCommit } from '../../domain/intake/merge.ts';
import { gitIn } from '../repository.ts';
import { UsageError } from '../usage-error.ts';

/** The commit at the tip of the branch that is checked out, as a push would tell of it. */
export interface HeadCommit {
  readonly branch: string;
  readonly commit: string;
  /**
   * What the branch was before: its first parent, whatever was delivered last, or delivering it again would be another
   * merge. `noCommit` for none.
   */
  readonly before: string;
  readonly message: string;
  /** Of all commits that come with it, its own first. */
  readonly authors: readonly Author[];
  /** Who sits at this machine, as git says. */
  readonly pusher: string;
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** GitHub tells of no more. */
const mostCommits = 2_048;

/** @throws UsageError that says what to do when there is none */
export function headCommit(root: string): HeadCommit {
  const git = gitIn(root);
  const branch = git('symbolic-ref', '--short', 'HEAD');
  if (branch === null) throw new UsageError(`${root} is on no branch: git switch <branch>`);
  const parents = git('rev-list', '--first-parent', '--max-count=2', 'HEAD');
  if (parents === null) throw new UsageError(`${root} has no commit yet: git add --all && git commit`);
  const [commit = '', before = noCommit] = parents.split('\n');
  const authors = authorsOf(root, before === noCommit ? commit : `${before}..${commit}`);
  const pusher = git('config', 'user.name') || authors[0]!.name;
  return { branch, commit, before, message: log(root, '%B', '--max-count=1', commit), authors, pusher };
}

/**
 * Of several commits at once each has an author who can't approve it: of all since what was merged before. Where the
 * services are at different commits, since the one that is furthest back.
 * @param merged commits; those that the head doesn't go back to, and the head itself, say nothing
 */
export function withAuthorsSince(root: string, head: HeadCommit, merged: readonly string[]): HeadCommit {
  const git = gitIn(root);
  const reached = merged.filter(
    (commit) => commit !== head.commit && git('merge-base', '--is-ancestor', commit, head.commit) !== null,
  );
  const ranges = reached.map((commit) => authorsOf(root, `${commit}..${head.commit}`));
  const [authors = head.authors] = ranges.toSorted((one, other) => other.length - one.length);
  return { ...head, authors };
}

const authorsOf = (root: string, range: string): Author[] =>
  log(root, '%an%x00%ae', `--max-count=${mostCommits}`, range).split('\n').map(authorIn);

const log = (root: string, format: string, ...range: readonly string[]): string =>
  gitIn(root)('-c', 'log.showSignature=false', 'log', '--encoding=UTF-8', `--format=${format}`, ...range) ?? '';

function authorIn(line: string): Author {
  const [name = '', email = ''] = line.split('\0');
  return { name, email };
}
