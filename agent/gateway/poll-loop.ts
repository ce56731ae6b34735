import { isDeepStrictEqual } from 'node:util';
import { decideHost } from '../../domain/goal/host-rule.ts';
import { memoryOf, serviceOf, type HostState } from '../../domain/host/service-state.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import type { OfferedGoal, ReportBatch } from '../../protocol/gateway.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import type { ServedReadings } from '../output/serve-readings.ts';
import { verifyGoal, type GoalVerifier, type HostInRegion } from '../trust/verify-goal.ts';
import { backoffMs } from './backoff.ts';
import { sleep } from './bell.ts';
import type { GatewayClient } from './gateway-client.ts';
import type { PinnedRoot } from '../trust/pinned-root.ts';
import { followRoots } from './follow-roots.ts';
import { GatewayError, UntrustedGatewayError } from './gateway-error.ts';
import type { ReportBook, Statement } from './report-book.ts';
import type { RootSource } from './root-source.ts';
import { takeIndex, type ProvenUntil } from './take-index.ts';

export interface PollLoopOptions {
  readonly loop: HostLoop;
  readonly client: Pick<GatewayClient, 'poll' | 'showGoals'>;
  readonly roots: RootSource;
  readonly book: ReportBook;
  readonly root: PinnedRoot;
  readonly verifier: GoalVerifier;
  /** Left out, nothing of this host is read from afar. */
  readonly readings?: ServedReadings;
  /** Keeps what was signed, for people who ask on the host. */
  readonly keepGoal: (offer: OfferedGoal) => Promise<void>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What the gateway's clock said in an answer. */
  readonly onTime?: (gatewayNowMs: number) => void;
}

export interface PollLoop {
  /** Resolves when the signal has aborted. */
  readonly done: Promise<void>;
  reportEveryMs(): number;
  /** Whether none is under way, and the next one says how a host at rest stands. */
  saysSoon(): boolean;
  /** Gives up the poll under way: its connection may be dead. */
  reconnect(): void;
}

/** Spread, so that the polls of many hosts don't end together; under the idle time-outs of load balancers. */
const pollMs = { least: 45_000, spread: 15_000 };
/** Of the interval of reports, where the poll says that nothing has changed. */
const ofInterval = { least: 0.75, spread: 0.2 };
/** A host that reports more often does so apart from its polls. */
const shortestSaidByPollMs = 10_000;
/** Before the gateway said how often it wants reports. */
const firstReportEveryMs = 1_000;
/** A poll that brought nothing new and wasn't held open is not repeated before this. */
const shortestRoundMs = 500;
const toleratedSkewMs = 300_000;

/** Asks for goals for ever. Failures only make it wait; what it has taken up stays in force. */
export function runPolls(options: PollLoopOptions): PollLoop {
  const talk: Conversation = {
    known: new Map(),
    here: { labels: {}, maintenance: false },
    reportEveryMs: firstReportEveryMs,
    isOff: false,
    isAsking: false,
    current: new AbortController(),
  };
  return {
    done: poll(options, talk),
    reportEveryMs: () => talk.reportEveryMs,
    saysSoon: () => !talk.isAsking && talk.reportEveryMs >= shortestSaidByPollMs,
    reconnect: () => talk.current.abort(new GatewayError('the connection was given up')),
  };
}

/** What the gateway and this host know of each other. */
interface Conversation {
  /** Of every goal that was offered since this agent started, also of refused ones. */
  readonly known: Map<ServiceName, Digest>;
  here: HostInRegion;
  reportEveryMs: number;
  /** Whether it was told that the clocks differ. */
  isOff: boolean;
  isAsking: boolean;
  current: AbortController;
}

async function poll(options: PollLoopOptions, talk: Conversation): Promise<void> {
  const { signal, log } = options;
  for (let failures = 0; !signal.aborted;) {
    try {
      await pollOnce(options, talk);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const retryAfterMs = error instanceof GatewayError ? error.retryAfterMs : 0;
      const waitMs = backoffMs({ failures, reportEveryMs: talk.reportEveryMs, retryAfterMs, random: Math.random() });
      log.warn('the gateway was not reached', { reason: (error as Error).message, waitMs });
      await sleep(waitMs, signal);
    }
  }
}

async function pollOnce(options: PollLoopOptions, talk: Conversation): Promise<void> {
  const { client, signal, loop, verifier } = options;
  const { region } = verifier;
  const startedAt = performance.now();
  talk.current = new AbortController();
  const known = [...talk.known].map(([service, etag]) => ({ service, etag }));
  const told = await toldWith(options.book, talk);
  const waitMs = Math.round(longestWaitMs(talk.reportEveryMs, Math.random()));
  const { readings } = options;
  const asked = {
    known,
    waitMs,
    here: talk.here,
    ...(told !== null && { report: told.report }),
    ...(readings !== undefined && { logs: [...readings.known()] }),
  };
  talk.isAsking = true;
  const response = await client
    .poll(asked, AbortSignal.any([signal, talk.current.signal]))
    .finally(() => (talk.isAsking = false))
    .catch(async (error: unknown) => {
      if (told?.wasNews) options.book.lost(told.statement);
      // Its authority may be newer than what this host knows.
      if (error instanceof UntrustedGatewayError) await followRoots(Infinity, { ...options, region });
      throw error;
    });
  talk.reportEveryMs = response.reportEveryMs;
  readings?.take(response.logs ?? []);
  hearTime(Date.parse(response.now), options, talk);
  const { labels, maintenance = false } = response;
  const moved = !isDeepStrictEqual(talk.here, { labels, maintenance });
  talk.here = { labels, maintenance };
  if (response.showGoals === true) await client.showGoals({ goals: heldGoals(loop.state) }, signal);
  const followed = await followRoots(response.rootVersion ?? 0, { ...options, region });
  const provenUntil = await takeIndex(response.index, options);
  const changed = await takeGoals(response.goals, { ...options, provenUntil }, talk);
  // Goals that didn't change are asked for again: by other labels, in maintenance, or by another root they may say something else.
  if ((moved || followed) && known.length > 0) talk.known.clear();
  else if (!changed) await sleep(shortestRoundMs - (performance.now() - startedAt), signal);
}

interface Told {
  readonly report: ReportBatch;
  readonly statement: Statement;
  readonly wasNews: boolean;
}

/**
 * How a host at rest stands is said by the poll: it makes one request for each goal and each minute, on one connection. A poll
 * is sent when an answer came, or on a new connection, so it hardly ever talks to nobody; should it fail, news is news again.
 */
async function toldWith(book: ReportBook, { reportEveryMs }: Conversation): Promise<Told | null> {
  const statement = book.now();
  if (reportEveryMs < shortestSaidByPollMs || !statement.isSettled) return null;
  const wasNews = book.isNews(statement);
  const report = await book.batchOf(statement);
  book.taken(statement);
  return { report, statement, wasNews };
}

function longestWaitMs(reportEveryMs: number, random: number): number {
  const { least, spread } = ofInterval;
  return reportEveryMs < shortestSaidByPollMs
    ? pollMs.least + pollMs.spread * random
    : Math.min(reportEveryMs, pollMs.least + pollMs.spread) * (least + spread * random);
}

/** Told once when the clocks begin to differ (aws/amazon-ecs-agent#1513), and when they agree again. */
function hearTime(gatewayNowMs: number, { log, onTime }: PollLoopOptions, talk: Conversation): void {
  onTime?.(gatewayNowMs);
  const aheadMs = Date.now() - gatewayNowMs;
  const isOff = Math.abs(aheadMs) > toleratedSkewMs;
  if (isOff && !talk.isOff) log.warn("this host's clock differs from its gateway's", { aheadMs });
  if (!isOff && talk.isOff) log.info("this host's clock agrees with its gateway's again", { aheadMs });
  talk.isOff = isOff;
}

/** What this region has signed for this host, for a region that may have lost it. */
const heldGoals = ({ services }: HostState): Envelope[] =>
  [...services.values()].flatMap(({ goal }) =>
    goal?.signed === undefined
      ? []
      : [{ ...goal.signed, signatures: goal.signed.signatures.map((each) => ({ ...each })) }],
  );

interface GoalTaker extends PollLoopOptions {
  readonly provenUntil: ProvenUntil;
}

/** Whether any of them was new. */
async function takeGoals(offers: readonly OfferedGoal[], options: GoalTaker, talk: Conversation): Promise<boolean> {
  let changed = false;
  for (const offer of offers) {
    changed ||= talk.known.get(offer.service) !== offer.etag;
    talk.known.set(offer.service, offer.etag);
    await takeGoal(offer, talk.here, options);
  }
  return changed;
}

async function takeGoal(offer: OfferedGoal, here: HostInRegion, options: GoalTaker): Promise<void> {
  const { loop, verifier, log, provenUntil } = options;
  const { service } = offer;
  const verified = verifyGoal(offer, here, verifier);
  const known = serviceOf(loop.state, service);
  const decision = verified.ok ? decideHost(verified.goal, memoryOf(verifier.host, known)) : null;
  const refusal = verified.ok ? (decision?.do === 'ignore' ? decision.reason : null) : verified.reason;
  const atMs = Date.now();
  if (refusal !== null) {
    log.warn('a goal was refused', { service, reason: refusal });
    return loop.dispatch({ type: 'goalRefused', service, reason: refusal, atMs });
  }
  if (!verified.ok || isDeepStrictEqual(known.goal, verified.goal)) return;
  const { goal } = verified.goal;
  log.info('a goal was taken up', { service, step: goal.step, generation: goal.generation, mode: goal.mode });
  const { etag } = verified.goal;
  const provenUntilMs = provenUntil({ service, generation: goal.generation, etag });
  await options.keepGoal(offer);
  await loop.dispatch({ type: 'goalSeen', service, goal: verified.goal, provenUntilMs, atMs });
}
