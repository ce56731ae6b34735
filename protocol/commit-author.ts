import { mayBeSamePerson } from '../domain/approval/same-person.ts';

/** GitHub's account, or, of a commit whose address belongs to none, what the commit says. */
export interface CommitAuthor {
  readonly name: string;
  readonly username?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/** Longer ones are nobody's, and a message to a workflow has to stay small. */
const address = /^[\x21-\x3b\x3d\x3f\x41-\x7e]{1,64}@[\x21-\x3b\x3d\x3f\x41-\x7e]{1,95}$/;

/** GitHub's own for who keeps theirs to themselves: `1234+lin@users.noreply.github.com`. It names the account. */
const noReply = /^(?:\d+\+)?([a-z\d-]+(?:\[bot\])?)@users\.noreply\.github\.com$/i;

/**
 * Who it is, in one text: the account; or the name, with the address where it says more (`Lin Liu <lin@acme.example>`). People
 * sign in with one or the other, and nobody approves a change of their own (`domain/approval/same-person.ts`).
 */
export function personOf({ name, username, email }: CommitAuthor): string {
  const account = username || noReply.exec(email ?? '')?.[1];
  const shown = (account ?? name).replaceAll(/[<>]/g, '').trim();
  const known = noReply.test(email ?? '') || !address.test(email ?? '') ? null : email!;
  if (known === null) return shown;
  return shown !== '' && mayBeSamePerson(shown, known) ? shown : `${shown} <${known}>`.trim();
}

const trailer = /^co-authored-by:(.*)<([^<>]*)>\s*$/i;
/** Whom a commit's trailers name beside its author: `Co-authored-by: Lin Liu <lin@acme.example>`, each on a line. */
export function coAuthorsIn(message: string): readonly CommitAuthor[] {
  return message.split('\n').flatMap((line) => {
    const found = trailer.exec(line.trim());
    return found === null ? [] : [{ name: found[1]!.trim(), email: found[2]!.trim() }];
  });
}
