import { isDeepStrictEqual } from 'node:util';
import type { PollResponse } from '../../protocol/gateway.ts';
import type { ServedReadings } from '../output/serve-readings.ts';
import type { HostInRegion } from '../trust/verify-goal.ts';
import { backoffMs } from './backoff.ts';
import { sleep } from './bell.ts';
import type { GatewayClient } from './gateway-client.ts';
import type { PinnedRoot } from '../trust/pinned-root.ts';
import { followRoots } from './follow-roots.ts';
import { GatewayError, UntrustedGatewayError } from './gateway-error.ts';
import type { ReportBook, Statement } from './report-book.ts';
import type { RootSource } from './root-source.ts';
import { heldGoals, takeGoals, type GoalTaker, type KnownGoals } from './take-goals.ts';
import { takeIndex } from './take-index.ts';
import { whenToAsk } from './when-to-ask.ts';

export interface PollLoopOptions extends Omit<GoalTaker, 'provenUntil'> {
  readonly client: Pick<GatewayClient, 'poll' | 'showGoals'>;
  readonly roots: RootSource;
  readonly book: ReportBook;
  readonly root: PinnedRoot;
  /** Left out, nothing of this host is read from afar. */
  readonly readings?: ServedReadings;
  /** The first poll is anywhere within this; left out, at once. */
  readonly firstWithinMs?: number;
  readonly signal: AbortSignal;
  /** What the gateway's clock said in an answer. */
  readonly onTime?: (gatewayNowMs: number) => void;
}

export interface PollLoop {
  /** Resolves when the signal has aborted. */
  readonly done: Promise<void>;
  reportEveryMs(): number;
  /** Whether the next one is to say this: it is about to be sent, or the gateway is away and others try it, too. */
  saysSoon(statement: Statement): boolean;
  /** Sends a report: no poll begins meanwhile. */
  sending<Answer>(send: () => Promise<Answer>): Promise<Answer>;
  /** Gives up the poll under way: its connection may be dead. */
  reconnect(): void;
}

/** Spread, so that the polls of many hosts don't end together; under the idle time-outs of load balancers. */
const pollMs = { least: 45_000, spread: 15_000 };
/** Of the interval of reports, where the poll says that nothing has changed. */
const ofInterval = { least: 0.75, spread: 0.2 };
/** A host that reports more often does so apart from its polls, too. */
const shortestSaidByPollMs = 10_000;
/** Before the gateway said how often it wants reports. Hosts that start together and are turned away return within two of these. */
const firstReportEveryMs = 2_000;
/** A poll that brought nothing new and wasn't held open is not repeated before this. */
const shortestRoundMs = 500;
/** A host with news comes back within this, where it alone was cut off; a gateway that has too many refuses it. */
const newsWithinMs = 5_000;

/** Asks for goals for ever. Failures only make it wait; what it has taken up stays in force. */
export function runPolls(options: PollLoopOptions): PollLoop {
  const talk: Conversation = {
    known: new Map(),
    here: { labels: {}, maintenance: false },
    reportEveryMs: firstReportEveryMs,
    phase: 'about to ask',
    reports: new Set(),
    current: new AbortController(),
  };
  return {
    done: poll(options, talk),
    reportEveryMs: () => talk.reportEveryMs,
    saysSoon: ({ isActing }) =>
      talk.phase === 'about to ask' || talk.phase === 'cut off' || (talk.phase === 'taking up' && !isActing),
    async sending(send) {
      const report = send();
      talk.reports.add(report);
      return report.finally(() => talk.reports.delete(report));
    },
    reconnect: () => talk.current.abort(new GatewayError('the connection was given up')),
  };
}

/** `about to ask`: waits for a report that is under way. `turned away`: an answer came that was none. `cut off`: none came. */
type Phase = 'about to ask' | 'asking' | 'taking up' | 'acting' | 'turned away' | 'cut off';

/** What the gateway and this host know of each other. */
interface Conversation {
  readonly known: KnownGoals;
  here: HostInRegion;
  reportEveryMs: number;
  phase: Phase;
  /** Under way. */
  readonly reports: Set<Promise<unknown>>;
  current: AbortController;
}

async function poll(options: PollLoopOptions, talk: Conversation): Promise<void> {
  const { signal, log, book, firstWithinMs = 0 } = options;
  await sleep(firstWithinMs * Math.random(), signal);
  for (let failures = 0; !signal.aborted;) {
    try {
      const startedAt = performance.now();
      const taken = await takeUp(await ask(options, talk), options, talk);
      failures = 0;
      if (taken === 'nothing') await sleep(shortestRoundMs - (performance.now() - startedAt), signal);
      talk.phase = 'acting';
      if (taken !== 'another word') await whenToAsk(options);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const gateway = error instanceof GatewayError ? error : null;
      talk.phase = gateway?.status === 0 ? 'cut off' : 'turned away';
      const retryAfterMs = gateway?.retryAfterMs ?? 0;
      const news = book.isNews(book.now()) && { newsWithinMs };
      const { reportEveryMs } = talk;
      const waitMs = backoffMs({ failures, reportEveryMs, ...news, retryAfterMs, random: Math.random() });
      log.warn('the gateway was not reached', { reason: (error as Error).message, waitMs });
      await sleep(waitMs, signal);
    }
  }
}

/**
 * How a host stands is said by the poll: at rest it makes one request for each goal and each minute, on one connection. Should
 * it fail, nothing was said.
 */
async function ask(options: PollLoopOptions, talk: Conversation): Promise<PollResponse> {
  const { client, signal, book, readings } = options;
  talk.phase = 'about to ask';
  await Promise.allSettled(talk.reports);
  talk.current = new AbortController();
  const known = [...talk.known].map(([service, etag]) => ({ service, etag }));
  const statement = book.now();
  const report = await book.batchOf(statement);
  const waitMs = Math.round(longestWaitMs(talk.reportEveryMs, Math.random()));
  const logs = readings && { logs: [...readings.known()] };
  const said = book.say(statement);
  talk.phase = 'asking';
  try {
    const asked = { known, waitMs, here: talk.here, report, ...logs };
    const answer = await client.poll(asked, AbortSignal.any([signal, talk.current.signal]));
    said.heard();
    return answer;
  } catch (error) {
    said.takeBack();
    // Its authority may be newer than what this host knows.
    if (error instanceof UntrustedGatewayError)
      await followRoots(Infinity, { ...options, region: options.verifier.region });
    throw error;
  }
}

/** `another word`: what the region says of this host, or its root, is another one now, and all goals are asked for anew. */
async function takeUp(
  response: PollResponse,
  options: PollLoopOptions,
  talk: Conversation,
): Promise<'nothing' | 'goals' | 'another word'> {
  const { client, signal, loop, readings, verifier } = options;
  talk.phase = 'taking up';
  talk.reportEveryMs = response.reportEveryMs;
  readings?.take(response.logs ?? []);
  options.onTime?.(Date.parse(response.now));
  const { labels, maintenance = false } = response;
  const moved = !isDeepStrictEqual(talk.here, { labels, maintenance });
  talk.here = { labels, maintenance };
  if (response.showGoals === true) await client.showGoals({ goals: heldGoals(loop.state) }, signal);
  const knewGoals = talk.known.size > 0;
  const followed = await followRoots(response.rootVersion ?? 0, { ...options, region: verifier.region });
  const provenUntil = await takeIndex(response.index, options);
  const changed = await takeGoals(response.goals, { ...options, provenUntil }, talk);
  if (!(moved || followed) || !knewGoals) return changed ? 'goals' : 'nothing';
  // By other labels, in maintenance, or by another root, goals that didn't change may say something else.
  talk.known.clear();
  return 'another word';
}

function longestWaitMs(reportEveryMs: number, random: number): number {
  const { least, spread } = ofInterval;
  return reportEveryMs < shortestSaidByPollMs
    ? pollMs.least + pollMs.spread * random
    : Math.min(reportEveryMs, pollMs.least + pollMs.spread) * (least + spread * random);
}
