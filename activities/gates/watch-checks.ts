import { setTimeout as delay } from 'node:timers/promises';
import type { CommitStatus } from '../../domain/gate/commit-status.ts';
import { decideChecks, failedChecksText, type ChecksDecision } from '../../domain/gate/required-checks.ts';
import { plainText } from '../../domain/progress/plain-text.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import type { BlobStore } from '../blob-store.ts';
import { RateLimitedError, type CommitStatuses } from './commit-statuses.ts';
import type { ChecksStandingShown, StatusEvidence, WatchChecksInput, WatchChecksResult } from './contract.ts';

export interface ChecksParts {
  readonly statuses: CommitStatuses;
  /** Keeps the documents that an admission rests on. */
  readonly store: Pick<BlobStore, 'put'>;
  readonly pace: Pace;
}

/** In ms. */
export interface Pace {
  /** Between two looks. */
  readonly restMs: number;
  /** After faults in a row the rest doubles up to this. */
  readonly longestRestMs: number;
  /** A look that takes longer has failed. */
  readonly lookMs: number;
  /** Faults that last as long are shown. */
  readonly faultShownMs: number;
}

export const usualPace: Pace = { restMs: 2_000, longestRestMs: 30_000, lookMs: 10_000, faultShownMs: 30_000 };

/** However long a provider asks to be left alone, somebody waits. */
const longestRateLimitMs = 5 * 60_000;

/** Looks until the required contexts have passed or one has failed, or until there is something new to show. */
export async function watchChecks(
  parts: ChecksParts,
  input: WatchChecksInput,
  signal: AbortSignal,
): Promise<WatchChecksResult> {
  const { restMs, longestRestMs } = parts.pace;
  let standing: ChecksStandingShown = input.known ?? { missing: input.require, pending: [], fault: null };
  let faultyMs = 0;
  for (let rest = restMs; ;) {
    const looked = await look(parts, input, signal);
    if ('decision' in looked) {
      const { decision } = looked;
      if (decision.outcome === 'passed') return passed(parts, input, decision.used);
      if (decision.outcome === 'failed')
        return { outcome: 'failed', reason: plainText(failedChecksText(decision.bad)) };
      standing = standingOf(decision);
      [rest, faultyMs] = [restMs, 0];
    } else {
      faultyMs += rest;
      rest = Math.max(looked.restMs, Math.min(rest * 2, longestRestMs));
      if (faultyMs >= parts.pace.faultShownMs || input.isLast) standing = { ...standing, fault: looked.fault };
    }
    if (input.isLast || (input.known !== null && moved(input.known, standing)))
      return { outcome: 'waiting', ...standing };
    await delay(rest, undefined, { signal });
  }
}

type Looked =
  { readonly decision: ChecksDecision } | { readonly fault: string; /** At least. */ readonly restMs: number };

async function look({ statuses, pace }: ChecksParts, input: WatchChecksInput, signal: AbortSignal): Promise<Looked> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(pace.lookMs)]);
  try {
    const found = await unlessAborted(listed(statuses, input, limit), limit);
    return { decision: decideChecks(input.require, found) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RateLimitedError)
      return { fault: error.message, restMs: Math.min(error.retryAfterMs, longestRateLimitMs) };
    return {
      fault: limit.aborted ? 'the provider does not answer' : plainText(String((error as Error).message)),
      restMs: 0,
    };
  }
}

async function listed(statuses: CommitStatuses, { service, commit }: WatchChecksInput, signal: AbortSignal) {
  const repository = await statuses.findRepository(service);
  if (repository === null) throw new Error(`there is no service ${service}`);
  return statuses.list(repository, commit, signal);
}

/** Also of a provider's client that doesn't look at its signal. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const standingOf = ({ missing, pending }: Extract<ChecksDecision, { readonly outcome: 'waiting' }>) => ({
  missing,
  pending,
  fault: null,
});

const moved = (known: ChecksStandingShown, standing: ChecksStandingShown): boolean =>
  canonicalJson(known.missing) !== canonicalJson(standing.missing) ||
  canonicalJson(known.pending) !== canonicalJson(standing.pending) ||
  (known.fault === null) !== (standing.fault === null);

async function passed(
  { store }: ChecksParts,
  { service, commit }: WatchChecksInput,
  used: readonly CommitStatus[],
): Promise<WatchChecksResult> {
  const evidence: StatusEvidence[] = [];
  for (const status of used) {
    const document = Buffer.from(canonicalJson({ format: 'slipway.commit-status/1', service, commit, ...status }));
    const digest = digestOf(document);
    await store.put(digest, document.length, document);
    const { context, state, url, at } = status;
    evidence.push({ kind: 'status', digest, url, detail: `${context}: ${state} at ${at}` });
  }
  return { outcome: 'passed', evidence };
}
