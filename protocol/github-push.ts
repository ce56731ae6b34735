import { z } from 'zod';
import { samePerson } from '../domain/approval/same-person.ts';
import { noCommit, type VerifiedPush } from '../domain/intake/merge.ts';
import { coAuthorsIn, personOf, type CommitAuthor } from './commit-author.ts';

/** Of a commit, as GitHub names it. */
export const githubCommitField = z.string().regex(/^[0-9a-f]{40}$/, 'must be 40 hex digits');

/**
 * Text of people, kept whatever it holds: a delivery is not lost because somebody pasted an odd character or wrote a
 * long message. Control characters but the line break, and halves of surrogate pairs, which no database takes, become
 * U+FFFD.
 */
export const peopleText = (maxLength: number) =>
  z.string().transform((text) =>
    text
      .slice(0, maxLength)
      .toWellFormed()
      .replaceAll(/(?!\n)\p{Cc}/gu, '\uFFFD'),
  );

export const githubRepositoryField = z.object({
  full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name'),
});

const authorSchema = z.object({
  name: peopleText(100),
  username: peopleText(100).nullish(),
  email: z.string().nullish(),
});

/** What a commit says: its text for people, and who else wrote it, however long it is. */
const commitMessage = z.string().transform((message) => ({
  text: peopleText(10_000).parse(message),
  coAuthors: coAuthorsIn(message).map(({ name, email }) => ({ name: peopleText(100).parse(name), email })),
}));

/** Together they stay far below what a workflow's message may hold. */
const maxAuthors = 300;

/**
 * GitHub's `push` event (docs.github.com/webhooks/webhook-events-and-payloads#push), the parts that intake reads. Fields
 * that it doesn't know are dropped, so GitHub may add any.
 */
export const githubPushSchema = z.object({
  /** `refs/heads/main`; Git allows 255 bytes for each part of it. */
  ref: z
    .string()
    .min(1)
    .max(1000)
    .refine((ref) => ref.isWellFormed() && !/\p{Cc}/u.test(ref), 'must be a git ref'),
  before: githubCommitField,
  after: githubCommitField,
  deleted: z.boolean().default(false),
  forced: z.boolean().default(false),
  repository: githubRepositoryField,
  head_commit: z
    .object({
      id: githubCommitField,
      message: commitMessage,
      author: authorSchema,
    })
    .nullish(),
  /** Of a merge: the commits that it brought, at most 2,048. */
  commits: z
    .array(z.object({ id: z.string().nullish(), message: commitMessage.nullish(), author: authorSchema }))
    .nullish(),
  pusher: z.object({ name: peopleText(100) }),
  sender: z.object({ login: peopleText(100) }).nullish(),
});
export type GithubPush = z.infer<typeof githubPushSchema>;

/**
 * A push in Slipway's words. The pusher is the signed-in account that GitHub names (`sender`), or the name that the push
 * itself carries. The authors are those of all commits, the head's first: with a merge commit the head's is only who pressed
 * the button; then those whom `Co-authored-by` names. A head commit that isn't `after` says nothing; when no commit does, the pusher is the author.
 */
export function pushOf(event: GithubPush): VerifiedPush {
  const { ref, before, deleted, repository, head_commit: head, pusher, sender } = event;
  const after = deleted ? noCommit : event.after;
  const pushed = sender?.login || pusher.name;
  const told = head?.id === after ? head : null;
  const others = deleted ? [] : othersOf(event);
  return {
    repository: repository.full_name,
    ref,
    before,
    after,
    authors: authorsOf([...(told === null ? [] : [told]), ...(event.commits ?? [])], pushed),
    pusher: pushed,
    message: told?.message.text ?? '',
    ...(others.length > 0 && { commits: others }),
  };
}

/** Those of them that say who they are, in their order, but for the last one. */
const othersOf = ({ commits, after }: GithubPush): NonNullable<VerifiedPush['commits']> =>
  (commits ?? [])
    .filter(({ id }) => id !== after && githubCommitField.safeParse(id).success)
    .map(({ id, message }) => ({ commit: id!, message: message?.text ?? '' }));

interface Commit {
  readonly author: CommitAuthor;
  readonly message?: { readonly coAuthors: readonly CommitAuthor[] } | null | undefined;
}

/** Co-authors last: nobody gets out of a list that is cut by naming many. */
function authorsOf(commits: readonly Commit[], pushed: string): readonly string[] {
  const byPerson = new Map<string, string>();
  const authors = commits.map(({ author }) => author);
  for (const author of [...authors, ...commits.flatMap(({ message }) => message?.coAuthors ?? [])]) {
    const person = personOf(author);
    if (person !== '' && !byPerson.has(samePerson(person))) byPerson.set(samePerson(person), person);
  }
  return byPerson.size === 0 ? [pushed] : [...byPerson.values()].slice(0, maxAuthors);
}
