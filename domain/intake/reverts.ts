/** What commits say of other commits: which one they take back, and which pull request they were. */

/** A commit that a merge brought. */
export interface BroughtCommit {
  readonly commit: string;
  /** Its pull request; `null` when its message names none. */
  readonly pull: number | null;
}

/** One that takes another back, named by its id (or the beginning of that) or by its pull request. */
export type Revert = { readonly by: string } & ({ readonly commit: string } | { readonly pull: number });

/** A commit as a push tells of it. */
export interface ToldCommit {
  readonly commit: string;
  readonly message: string;
}

/** As squashed by GitHub (`Fix it (#12)`), or merged by it (`Merge pull request #12 from …`). */
const squashed = /\(#([1-9]\d{0,9})\)$/;
const merged = /^Merge pull request #([1-9]\d{0,9}) from /;

export function pullOf(message: string): number | null {
  const subject = message.split('\n', 1)[0]!.trimEnd();
  const pull = squashed.exec(subject)?.[1] ?? merged.exec(subject)?.[1];
  return pull === undefined ? null : Number(pull);
}

/** What `git revert` writes; of a merge commit it goes on with `, reversing`. */
const revertedCommit = /^This reverts commit ([0-9a-f]{7,40})\b/gm;
/** What GitHub's button writes into the description of a pull request, and so into its squashed commit. */
const revertedPull = /^Reverts ([\w.-]+\/[\w.-]+)#([1-9]\d{0,9})\b/gm;

/** @param repository `acme/checkout`: pull requests of others say nothing here */
export function revertsIn(repository: string, { commit: by, message }: ToldCommit): readonly Revert[] {
  const commits = [...message.matchAll(revertedCommit)].map(([, commit]) => ({ by, commit: commit! }));
  const pulls = [...message.matchAll(revertedPull)]
    .filter(([, where]) => where!.toLowerCase() === repository.toLowerCase())
    .map(([, , pull]) => ({ by, pull: Number(pull) }));
  return [...commits, ...pulls];
}

/** Whether it takes this commit back. */
export const takesBack = (revert: Revert, { commit, pull }: BroughtCommit): boolean =>
  'pull' in revert ? revert.pull === pull : commit.startsWith(revert.commit);
