import type { HostStatus } from './host-status.ts';

/** Bounds of how often a host reports while nothing changes; a change is reported at once. */
export const fastestReportMs = 1_000;
export const slowestReportMs = 60_000;

/** What of a goal decides how often its hosts report. */
export interface ReportedGoal {
  readonly absentAfterMs: number;
}

/**
 * How often a host reports, by the goals that concern it: three times within the shortest time after which it would count
 * as absent or lost. While a release is coming no more is needed: what changes is reported at once, and 20,000 hosts that
 * each say every second that they wait for their batch would be heard by nobody.
 */
export function reportEveryMs(goals: readonly ReportedGoal[]): number {
  const shortest = Math.min(...goals.map(({ absentAfterMs }) => absentAfterMs));
  return Math.max(fastestReportMs, Math.min(slowestReportMs, Math.floor(shortest / 3)));
}

/** A goal that asks for more reports reaches a host's open poll at once; this leaves room for a host between two polls. */
const hearsWithinMs = 20_000;

/**
 * Whether a region that just began waits before it calls hosts absent. A host may have been asked to report every
 * minute only, and this goal asks for more: until it had the time to hear of it, its last report says nothing. A host
 * that was silent before, by what it was asked then, is not waited for.
 */
export function awaitsFirstReports(
  hosts: readonly HostStatus[],
  { absentAfterMs, begunAgoMs }: { readonly absentAfterMs: number; readonly begunAgoMs: number },
): boolean {
  if (begunAgoMs >= Math.min(absentAfterMs, hearsWithinMs)) return false;
  return hosts.some(
    ({ selected, reportAgeMs }) =>
      (selected.base || selected.next) &&
      reportAgeMs !== null &&
      reportAgeMs >= absentAfterMs &&
      reportAgeMs < begunAgoMs + 1.5 * slowestReportMs,
  );
}
