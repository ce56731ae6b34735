import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { backoffMs } from './backoff.ts';
import { openBell } from './bell.ts';
import type { GatewayClient } from './gateway-client.ts';
import { GatewayError } from './gateway-error.ts';
import type { PollLoop } from './poll-loop.ts';
import type { ReportBook, Statement } from './report-book.ts';

export interface ReportLoopOptions {
  readonly loop: Pick<HostLoop, 'onChange'>;
  readonly book: ReportBook;
  readonly client: Pick<GatewayClient, 'report'>;
  readonly polls: Omit<PollLoop, 'done'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Until it is looked again whether a poll has said it. */
const saidSoonMs = 100;
/** What changes in so short a time while something is on its way is said together; its end is said at once, by the next poll. */
const togetherMs = 500;

/**
 * Tells the region how this host stands: at once when something changed, and every so often when nothing did, unless the
 * poll has said so. A report that fails changes nothing here; the next one says it all again (mendersoftware/mender#827).
 */
export async function runReports(options: ReportLoopOptions): Promise<void> {
  const { loop, book, polls, signal } = options;
  const bell = openBell(signal);
  const unsubscribe = loop.onChange(() => bell.ring());
  let failures = 0;
  let hasRested = false;
  try {
    while (!signal.aborted) {
      const statement = book.now();
      const dueMs = polls.reportEveryMs() - book.silentMs();
      if (!book.isNews(statement) && dueMs > 0) {
        await bell.wait(dueMs);
        continue;
      }
      if (polls.saysSoon(statement)) {
        await bell.pause(saidSoonMs);
        continue;
      }
      if (statement.isActing && !hasRested) {
        hasRested = true;
        await bell.pause(togetherMs);
        continue;
      }
      hasRested = false;
      const failure = await polls.sending(() => send(statement, options));
      failures = failure === null ? 0 : failures + 1;
      if (failure !== null) await bell.pause(backOffMs(failure, failures, polls));
    }
  } finally {
    unsubscribe();
  }
}

/** All that a report comes to: a poll that waited for it begins after that. */
async function send(statement: Statement, options: ReportLoopOptions): Promise<Error | null> {
  const { book, client, polls, log, signal } = options;
  try {
    await client.report(await book.batchOf(statement), signal);
    book.say(statement).heard();
    return null;
  } catch (error) {
    if (!signal.aborted) log.warn('a report was not taken', { reason: (error as Error).message });
    // A poll that seems to hang may be talking to nobody.
    if (error instanceof GatewayError && error.status === 0) polls.reconnect();
    return error as Error;
  }
}

function backOffMs(failure: Error, failures: number, polls: ReportLoopOptions['polls']): number {
  const retryAfterMs = failure instanceof GatewayError ? failure.retryAfterMs : 0;
  return backoffMs({ failures, reportEveryMs: polls.reportEveryMs(), retryAfterMs, random: Math.random() });
}
