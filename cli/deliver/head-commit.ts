import { noCommit } from '../../domain/intake/merge.ts';
import { gitIn } from '../repository.ts';
import { UsageError } from '../usage-error.ts';

/** The commit at the tip of the branch that is checked out, as a push would tell of it. */
export interface HeadCommit {
  readonly branch: string;
  readonly commit: string;
  /** What the branch was before: its first parent, since nobody knows what was delivered last. `noCommit` for none. */
  readonly before: string;
  readonly message: string;
  /** Of all that it brought into the branch, its own first. */
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
  const brought = before === noCommit ? commit : `${before}..${commit}`;
  const log = (format: string, ...range: readonly string[]): string =>
    git('-c', 'log.showSignature=false', 'log', '--encoding=UTF-8', `--format=${format}`, ...range) ?? '';
  const authors = log('%an%x00%ae', `--max-count=${mostCommits}`, brought).split('\n').map(authorIn);
  const pusher = git('config', 'user.name') || authors[0]!.name;
  return { branch, commit, before, message: log('%B', '--max-count=1', commit), authors, pusher };
}

function authorIn(line: string): Author {
  const [name = '', email = ''] = line.split('\0');
  return { name, email };
}
