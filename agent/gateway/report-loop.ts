import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { backoffMs } from './backoff.ts';
import { openBell, type Bell } from './bell.ts';
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

/**
 * Tells the region how this host stands: at once when something changed, and every so often when nothing did, unless the
 * poll has said so. A report that fails changes nothing here; the next one says it all again (mendersoftware/mender#827).
 */
export async function runReports(options: ReportLoopOptions): Promise<void> {
  const { loop, book, polls, signal } = options;
  const bell = openBell(signal);
  const unsubscribe = loop.onChange(() => bell.ring());
  let failures = 0;
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
      const failure = await send(statement, options);
      failures = failure === null ? 0 : failures + 1;
      if (failure !== null) await backOff(failure, failures, polls, bell);
    }
  } finally {
    unsubscribe();
  }
}

async function send(statement: Statement, options: ReportLoopOptions): Promise<Error | null> {
  const { book, client, polls, log, signal } = options;
  try {
    await polls.sending(async () => client.report(await book.batchOf(statement), signal));
    book.taken(statement);
    return null;
  } catch (error) {
    if (!signal.aborted) log.warn('a report was not taken', { reason: (error as Error).message });
    return error as Error;
  }
}

async function backOff(failure: Error, failures: number, polls: ReportLoopOptions['polls'], bell: Bell): Promise<void> {
  const gateway = failure instanceof GatewayError ? failure : null;
  // A poll that seems to hang may be talking to nobody.
  if (gateway?.status === 0) polls.reconnect();
  const retryAfterMs = gateway?.retryAfterMs ?? 0;
  await bell.pause(backoffMs({ failures, reportEveryMs: polls.reportEveryMs(), retryAfterMs, random: Math.random() }));
}
