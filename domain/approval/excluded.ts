import { mayBeSamePerson, samePerson } from './same-person.ts';

/** Who made a release. */
export interface Makers {
  /** Of every commit that the merge brought: a login, or a name and an address as git writes them. */
  readonly authors: readonly string[];
  /** Who merged it. */
  readonly pusher: string;
  /** Authors and pushers of the merges that it superseded: it brings their changes too. */
  readonly carries?: readonly string[];
}

/**
 * Who may not approve a deployment: nobody approves a change of their own, nor what they asked for themselves.
 *
 * @param askedBy the person who asked for a release that existed; `null` for a merge
 * @returns each person once
 */
export function excludedFromApproval(
  { authors, pusher, carries = [] }: Makers,
  askedBy: string | null,
): readonly string[] {
  const all = [...authors, pusher, ...carries, ...(askedBy === null ? [] : [askedBy])];
  const persons = all.map(samePerson);
  return all.filter((person, at) => persons.indexOf(samePerson(person)) === at);
}

export const isExcluded = (excluded: readonly string[], person: string): boolean =>
  excluded.some((each) => mayBeSamePerson(each, person));
