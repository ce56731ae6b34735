import type { Decisions } from '../decisions.ts';

/** How often each thing may happen in one course of events. What heals, and what must come, isn't counted. */
export interface Bounds {
  /** Merges after the one that runs already. */
  readonly merges: number;
  /** Answers lost, activities done again later, and zombies. */
  readonly odd: number;
  /** Hosts that fail the release of a merge. */
  readonly fails: number;
  /** Hosts that fall silent. */
  readonly silent: number;
  /** Times that a region is cut off from the centre. */
  readonly dark: number;
  /** Deadlines and batches that run out of time. */
  readonly late: number;
  /** Messages of people: abort, abort with hold, pause, and verbs inside a region. */
  readonly acts: number;
  /** Workflows that somebody terminates. */
  readonly terminated: number;
  /** Region databases that are restored from a copy of when the course began or was last copied. */
  readonly restored: number;
}

export type Budgeted = keyof Bounds;

export interface SearchOptions {
  readonly bounds: Bounds;
  readonly decisions: Decisions;
  /** Ends the search early; then it is not complete. */
  readonly mostStates: number;
}

const one: Bounds = { merges: 1, odd: 0, fails: 0, silent: 0, dark: 0, late: 0, acts: 0, terminated: 0, restored: 0 };

/** One deployment with one or two troubles in all their ways, and two deployments with one. */
export const searches: readonly Bounds[] = [
  { ...one, fails: 1, odd: 1 },
  { ...one, fails: 1, dark: 1 },
  { ...one, odd: 2 },
  { ...one, odd: 1, terminated: 1 },
  { ...one, dark: 1, terminated: 1 },
  { ...one, dark: 1, late: 1 },
  { ...one, silent: 1 },
  { ...one, acts: 1 },
  { ...one, restored: 1 },
  { ...one, merges: 2, fails: 1 },
  { ...one, merges: 2, odd: 1 },
  { ...one, merges: 2, dark: 1 },
];

/** As far as a test has the time to go. */
export const shortSearches: readonly Bounds[] = [
  { ...one, fails: 1 },
  { ...one, odd: 1 },
  { ...one, dark: 1 },
  { ...one, late: 1 },
  { ...one, terminated: 1 },
  { ...one, restored: 1 },
  { ...one, merges: 2 },
];

/** `2 merges, 1 fails, 1 odd` */
export const boundsText = (bounds: Bounds): string =>
  Object.entries(bounds)
    .filter(([, times]) => times > 0)
    .map(([what, times]) => `${times} ${what}`)
    .join(', ');
