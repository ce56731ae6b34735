import type { Digest } from '../names.ts';

/** Between two summaries of a region, whatever changes (docs/design.md §9). */
export const shortestIntervalMs = 1_000;
/** When nothing changes: the centre distrusts counts that it hasn't heard of for a minute. */
export const longestIntervalMs = 20_000;

/** Numbering of a region's summaries, shared by all of its workers. */
export interface SummaryCursor {
  /** Of the last summary; 0 before the first. */
  readonly sequence: number;
  /** Since a worker last took a number, sent or not; `null` before the first. */
  readonly claimedAgoMs: number | null;
  /** Of the content that the centre last accepted; `null` before the first. */
  readonly acceptedDigest: Digest | null;
}

/** Whether a number may be taken at all: counting hosts costs something. */
export const mayClaim = ({ claimedAgoMs }: SummaryCursor): boolean =>
  // A clock that was set back must not silence the region.
  claimedAgoMs === null || claimedAgoMs >= shortestIntervalMs || claimedAgoMs < 0;

/** Whether `content` is to be sent: it says something new, or the centre has to hear that nothing did. */
export const isDue = (cursor: SummaryCursor, content: Digest): boolean =>
  mayClaim(cursor) &&
  (cursor.acceptedDigest !== content ||
    cursor.claimedAgoMs === null ||
    cursor.claimedAgoMs >= longestIntervalMs ||
    cursor.claimedAgoMs < 0);

/** At least the clock in ms, so that numbers also grow after the database was restored to an earlier time. */
export const nextSequence = (cursor: SummaryCursor, nowMs: number): number =>
  Math.max(cursor.sequence + 1, Math.floor(nowMs));
