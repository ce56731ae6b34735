/** What a merge that enters the lane makes needless there: a newer commit of the branch brings all that waits along. */
import type { Makers } from '../approval/excluded.ts';
import { samePerson } from '../approval/same-person.ts';

/** A commit of a branch, as a merge brought it. */
export interface BranchCommit {
  readonly branch: string;
  readonly commit: string;
}

/** What waits and has not begun, as far as another can take its place. */
export interface Waiting {
  /** `null` when a person asked for it. */
  readonly merge: BranchCommit | null;
}

/**
 * Merges of the same branch. What a person asked for stays: they named it, and nobody else knows why. The same commit
 * again is no newer one. Never what has begun: the caller doesn't show it.
 */
export const madeNeedless = <One extends Waiting>(newer: BranchCommit, waiting: readonly One[]): readonly One[] =>
  waiting.filter(({ merge }) => merge?.branch === newer.branch && merge.commit !== newer.commit);

/** Who made what a release carries once another goes along with it, each person once. */
export function carriedAlong(carries: readonly string[], along: Makers): readonly string[] {
  const all = [...carries, ...along.authors, along.pusher, ...(along.carries ?? [])];
  const persons = all.map(samePerson);
  return all.filter((person, at) => persons.indexOf(samePerson(person)) === at);
}
