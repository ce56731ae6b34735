/** The way past a quorum in an emergency: recorded for ever, and never by one person alone that nobody looks at. */
import type { Role } from '../states.ts';
import { isExcluded } from './excluded.ts';
import { samePerson } from './same-person.ts';

/** From what asks least to what asks most. */
export const breakGlassPolicies = ['one-with-review', 'two-persons', 'never'] as const;
/** `one-with-review`: one person is enough, and another looks at it afterwards. */
export type BreakGlassPolicy = (typeof breakGlassPolicies)[number];

/** Where neither the organisation nor a spec says anything. */
export const defaultBreakGlass: BreakGlassPolicy = 'two-persons';

/** A repository can only tighten what the organisation allows. */
export const stricter = (a: BreakGlassPolicy, b: BreakGlassPolicy): BreakGlassPolicy =>
  breakGlassPolicies.indexOf(a) > breakGlassPolicies.indexOf(b) ? a : b;

/** Who may break glass. */
export const breakGlassRoles: readonly Role[] = ['release-owner', 'operator'];

/** For how long the word of the first person waits for that of the second. */
export const breakGlassCountsMs = 60 * 60_000;

/** A verified token of one person, with what the person said. */
export interface BrokenGlass {
  readonly person: string;
  readonly role: Role;
  readonly reason: string;
  /** Where the incident is written about: an address or its name. */
  readonly incident: string;
  /** When it was accepted; RFC 3339, UTC. */
  readonly at: string;
}

export interface BreakGlassInput {
  readonly policy: BreakGlassPolicy;
  readonly broken: readonly BrokenGlass[];
  /** Who may not approve it (`excluded.ts`). */
  readonly excluded: readonly string[];
  readonly nowMs: number;
}

export interface BreakGlassDecision {
  readonly outcome: 'open' | 'shut';
  /** One a person, oldest first. */
  readonly counted: readonly BrokenGlass[];
  /** Of `two-persons`, also when both are there and both made the change: one of them must be another. */
  readonly missing: string | null;
  /** Somebody else, who had no part in the change, has to look at it afterwards. */
  readonly review: boolean;
  /** When the first of these stops counting; `null` when there is none. */
  readonly nextExpiryMs: number | null;
}

/**
 * Two persons, of whom one at least had no part in the change; or one, whoever it is, and a review: who is alone at night is
 * often who made the change. Any number of those who made it are no more than one of them.
 */
export function decideBreakGlass({ policy, broken, excluded, nowMs }: BreakGlassInput): BreakGlassDecision {
  const counted = countedOf(broken, nowMs);
  const expiries = counted.map(({ at }) => Date.parse(at) + breakGlassCountsMs);
  const common = { counted, nextExpiryMs: expiries.length > 0 ? Math.min(...expiries) : null };
  const alone = counted.length === 1;
  const isOwn = counted.every(({ person }) => isExcluded(excluded, person));
  if (policy === 'never' || counted.length === 0) return { ...common, outcome: 'shut', missing: null, review: false };
  if (policy === 'one-with-review') return { ...common, outcome: 'open', missing: null, review: alone || isOwn };
  if (alone) return { ...common, outcome: 'shut', missing: 'another person', review: false };
  if (isOwn) return { ...common, outcome: 'shut', missing: 'a person who had no part in the change', review: false };
  return { ...common, outcome: 'open', missing: null, review: false };
}

function countedOf(broken: readonly BrokenGlass[], nowMs: number): readonly BrokenGlass[] {
  const counted: BrokenGlass[] = [];
  for (const each of broken.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const isFresh = breakGlassRoles.includes(each.role) && nowMs < Date.parse(each.at) + breakGlassCountsMs;
    if (isFresh && !counted.some(({ person }) => samePerson(person) === samePerson(each.person))) counted.push(each);
  }
  return counted;
}

export const reviewVerdicts = ['accept', 'object'] as const;
export type ReviewVerdict = (typeof reviewVerdicts)[number];

/** What a review looks at. */
export interface ReviewStanding {
  /** `checkout/87` */
  readonly name: string;
  readonly brokenBy: readonly string[];
  readonly excluded: readonly string[];
  /** `none`: two persons broke it, one of whom had no part in the change, and nobody is asked. */
  readonly review: 'none' | 'wanted' | 'accepted' | 'objected';
  readonly reviewedBy: string | null;
}

/** Why this person may not review it; `null` when they may. */
export function whyNoReview({ name, brokenBy, excluded, review, reviewedBy }: ReviewStanding, person: string) {
  if (review === 'none') return `${name}: two persons broke glass, so no review is wanted`;
  if (review !== 'wanted') return `${name} was reviewed by ${reviewedBy}: ${review}`;
  if (isExcluded(brokenBy, person)) return `${person} broke glass for ${name}: another person reviews it`;
  if (isExcluded(excluded, person)) return `${person} made or asked for this change: another person reviews it`;
  return null;
}
