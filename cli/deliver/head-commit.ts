import { noCommit } from '../../domain/intake/merge.ts';
import { gitIn } from '../repository.ts';
import { UsageError } from '../usage-error.ts';

/** The commit at the tip of the branch that is checked out, as a push would tell of it. */
export interface HeadCommit {
  readonly branch: string;
  readonly commit: string;
  /**
   * The head's first parent, no matter what was delivered last: else the same head, delivered twice, would be two merges.
   * `noCommit` for none.
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
 * The head with the authors of every commit since what was merged before, as none of them may approve it. Where services
 * differ, since the oldest of their merges; where a merge was rewritten since, from where the two part.
 * @param merged the commit that was merged last into each service; the head itself, and what is not known here, say nothing
 */
export function withAuthorsSince(root: string, head: HeadCommit, merged: readonly string[]): HeadCommit {
  const git = gitIn(root);
  const parted = merged.flatMap((commit) => git('merge-base', commit, head.commit) ?? []);
  const ranges = parted
    .filter((commit) => commit !== head.commit)
    .map((from) => authorsOf(root, `${from}..${head.commit}`));
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
