import { lasted, named } from '../progress/plain-text.ts';
import { newestByContext, type CommitStatus } from './commit-status.ts';

/** `checks.require` of a spec: contexts that an existing CI has to report as success on the release's commit. */
export interface RequiredChecks {
  readonly require: readonly string[];
  /** How long they are waited for. */
  readonly withinMs: number;
}

/** What is not there yet. */
export interface ChecksStanding {
  readonly missing: readonly string[];
  readonly pending: readonly string[];
}

export type ChecksDecision =
  | { readonly outcome: 'passed'; readonly used: readonly CommitStatus[] }
  | { readonly outcome: 'failed'; readonly bad: readonly CommitStatus[] }
  | ({ readonly outcome: 'waiting' } & ChecksStanding);

/** Passed only when each required context has reported success; one that failed fails at once. Other contexts don't count. */
export function decideChecks(require: readonly string[], statuses: readonly CommitStatus[]): ChecksDecision {
  const newest = newestByContext(statuses);
  const known = require.flatMap((context) => newest.get(context) ?? []);
  const bad = known.filter(({ state }) => state === 'failure' || state === 'error');
  if (bad.length > 0) return { outcome: 'failed', bad };
  const missing = require.filter((context) => !newest.has(context));
  const pending = known.filter(({ state }) => state === 'pending').map(({ context }) => context);
  if (missing.length + pending.length > 0) return { outcome: 'waiting', missing, pending };
  return { outcome: 'passed', used: known };
}

/** `ci/lint reported failure (https://ci.example/7)` */
export const failedChecksText = (bad: readonly CommitStatus[]): string =>
  bad.map(({ context, state, url }) => `${context} reported ${state}${url === null ? '' : ` (${url})`}`).join('; ');

/** `ci/unit has not reported, ci/lint is pending` */
export function standingText({ missing, pending }: ChecksStanding): string {
  const parts = [
    ...(missing.length === 0 ? [] : [`${named(missing)} ${missing.length === 1 ? 'has' : 'have'} not reported`]),
    ...(pending.length === 0 ? [] : [`${named(pending)} ${pending.length === 1 ? 'is' : 'are'} pending`]),
  ];
  return parts.join(', ');
}

/** Why a deployment fails that has waited long enough. */
export const overdueChecksText = (
  { withinMs }: RequiredChecks,
  standing: ChecksStanding,
  fault: string | null,
): string =>
  `after ${lasted(withinMs)} ${standingText(standing)}${fault === null ? '' : `; the last look ended in: ${fault}`}`;

/** `ci/lint, ci/unit within 30 min` */
export const requiredChecksText = ({ require, withinMs }: RequiredChecks): string =>
  `${require.join(', ')} within ${lasted(withinMs)}`;
