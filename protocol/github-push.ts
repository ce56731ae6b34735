import { z } from 'zod';
import { noCommit, type VerifiedPush } from '../domain/intake/merge.ts';

const commitField = z.string().regex(/^[0-9a-f]{40}$/, 'must be 40 hex digits');

/**
 * Text of people, kept whatever it holds: a delivery is not lost because somebody pasted an odd character or wrote a
 * long message. Control characters but the line break, and halves of surrogate pairs, which no database takes, become
 * U+FFFD.
 */
const peopleText = (maxLength: number) =>
  z.string().transform((text) =>
    text
      .slice(0, maxLength)
      .toWellFormed()
      .replaceAll(/(?!\n)\p{Cc}/gu, '\uFFFD'),
  );

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
  before: commitField,
  after: commitField,
  deleted: z.boolean().default(false),
  forced: z.boolean().default(false),
  repository: z.object({ full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'must be owner/name') }),
  head_commit: z
    .object({
      id: commitField,
      message: peopleText(10_000),
      author: z.object({
        name: peopleText(200),
        username: peopleText(100).nullish(),
        email: peopleText(320).nullish(),
      }),
    })
    .nullish(),
  pusher: z.object({ name: peopleText(100) }),
  sender: z.object({ login: peopleText(100) }).nullish(),
});
export type GithubPush = z.infer<typeof githubPushSchema>;

/**
 * A push in Slipway's words. The pusher is the signed-in account that GitHub names (`sender`), or the name that the push
 * itself carries. The author is the head commit's login, else its name; a head commit that isn't `after` says nothing.
 */
export function pushOf(event: GithubPush): VerifiedPush {
  const { ref, before, deleted, repository, head_commit: head, pusher, sender } = event;
  const after = deleted ? noCommit : event.after;
  const pushed = sender?.login || pusher.name;
  const author = head?.id === after ? head.author : null;
  return {
    repository: repository.full_name,
    ref,
    before,
    after,
    author: author?.username || author?.name || pushed,
    pusher: pushed,
    message: head?.id === after ? head.message : '',
  };
}
