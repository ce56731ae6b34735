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
  /** All commits that come with it, itself first. */
  readonly commits: readonly Commit[];
  /** Who sits at this machine, as git says. */
  readonly pusher: string;
}

export interface Commit {
  readonly id: string;
  readonly author: Author;
  readonly message: string;
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
  const commits = commitsIn(root, before === noCommit ? commit : `${before}..${commit}`);
  const pusher = git('config', 'user.name') || commits[0]!.author.name;
  return { branch, commit, before, message: commits[0]!.message, ...broughtBy(commits), pusher };
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
    .map((from) => commitsIn(root, `${from}..${head.commit}`));
  const [commits = head.commits] = ranges.toSorted((one, other) => other.length - one.length);
  return { ...head, ...broughtBy(commits) };
}

const broughtBy = (commits: readonly Commit[]) => ({ commits, authors: commits.map(({ author }) => author) });

const commitsIn = (root: string, range: string): Commit[] =>
  log(root, '%H%x00%an%x00%ae%x00%B%x00', `--max-count=${mostCommits}`, range)
    .split(/\0\n?(?=[0-9a-f]{40}\0)|\0$/)
    .filter(Boolean)
    .map(commitIn);

const log = (root: string, format: string, ...range: readonly string[]): string =>
  gitIn(root)('-c', 'log.showSignature=false', 'log', '--encoding=UTF-8', `--format=${format}`, ...range) ?? '';

function commitIn(text: string): Commit {
  const [id = '', name = '', email = '', message = ''] = text.split('\0');
  return { id, author: { name, email }, message: message.trimEnd() };
}
