import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import { backoffMs } from './backoff.ts';
import { openBell, type Bell } from './bell.ts';
import type { GatewayClient } from './gateway-client.ts';
import { GatewayError } from './gateway-error.ts';
import type { ReportBook, Statement } from './report-book.ts';

export interface ReportLoopOptions {
  readonly loop: Pick<HostLoop, 'onChange'>;
  readonly book: ReportBook;
  readonly client: Pick<GatewayClient, 'report'>;
  /** What the gateway asked for last. */
  readonly reportEveryMs: () => number;
  /** A poll is about to say how a host at rest stands, on the connection that there is. */
  readonly saysSoon: () => boolean;
  /** The gateway didn't take a report: a poll that seems to hang may be talking to nobody. */
  readonly onUnreachable: () => void;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** While something is on its way here: a report of it that got lost is soon made up for. */
const unsettledEveryMs = 5_000;
/** Until it is looked again whether a poll has said it. */
const saidSoonMs = 100;

/**
 * Tells the region how this host stands: at once when something changed, and every so often when nothing did, unless the
 * poll has said so. A report that fails changes nothing here; the next one says it all again (mendersoftware/mender#827).
 */
export async function runReports(options: ReportLoopOptions): Promise<void> {
  const { loop, book, signal } = options;
  const bell = openBell(signal);
  const unsubscribe = loop.onChange(() => bell.ring());
  let failures = 0;
  try {
    while (!signal.aborted) {
      const statement = book.now();
      const dueMs = intervalMs(statement, options) - book.silentMs();
      if (!book.isNews(statement) && dueMs > 0) {
        await bell.wait(dueMs);
        continue;
      }
      if (statement.isSettled && options.saysSoon()) {
        await bell.pause(saidSoonMs);
        continue;
      }
      const failure = await send(statement, options);
      failures = failure === null ? 0 : failures + 1;
      if (failure !== null) await backOff(failure, failures, intervalMs(statement, options), options, bell);
    }
  } finally {
    unsubscribe();
  }
}

const intervalMs = ({ isSettled }: Statement, { reportEveryMs }: ReportLoopOptions): number =>
  isSettled ? reportEveryMs() : Math.min(unsettledEveryMs, reportEveryMs());

async function send(statement: Statement, { book, client, log, signal }: ReportLoopOptions): Promise<Error | null> {
  try {
    await client.report(await book.batchOf(statement), signal);
    book.taken(statement);
    return null;
  } catch (error) {
    if (!signal.aborted) log.warn('a report was not taken', { reason: (error as Error).message });
    return error as Error;
  }
}

async function backOff(
  failure: Error,
  failures: number,
  reportEveryMs: number,
  { onUnreachable }: ReportLoopOptions,
  bell: Bell,
): Promise<void> {
  const gateway = failure instanceof GatewayError ? failure : null;
  if (gateway?.status === 0) onUnreachable();
  const retryAfterMs = gateway?.retryAfterMs ?? 0;
  await bell.pause(backoffMs({ failures, reportEveryMs, retryAfterMs, random: Math.random() }));
}
