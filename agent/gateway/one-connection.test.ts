import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { hostId, regionName, serviceName, type Digest } from '../../domain/names.ts';
import type { PollRequest, PollResponse, ReportBatch } from '../../protocol/gateway.ts';
import { GatewayError } from './gateway-error.ts';
import { runPolls } from './poll-loop.ts';
import type { ReportBook, Statement } from './report-book.ts';
import { runReports } from './report-loop.ts';

/** A request that the gateway has, for the test to answer. */
interface Asked {
  readonly what: 'poll' | 'report';
  readonly says: string;
  readonly known: number;
  readonly signal: AbortSignal;
  answer(response?: Partial<PollResponse>): void;
  fail(error: Error): void;
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const region = regionName('eu-west');
const keys = { version: 1, directors: new Map(), authorities: new Map(), revoked: new Set(), issuedAtMs: 0 };
const silence = (): GatewayError => new GatewayError('nobody there');
const refusal = (): GatewayError => Object.assign(new GatewayError('too much'), { status: 503, retryAfterMs: 0 });

let ending: AbortController;
let loops: Promise<unknown>[];
let asked: Asked[];
let say: (text: string, isActing: boolean) => void;

beforeEach(() => {
  ending = new AbortController();
  asked = [];
  const listeners = new Set<() => void>();
  let says: Statement = { services: [], text: 'at rest', isActing: false };
  say = (text, isActing) => {
    says = { ...says, text, isActing };
    for (const listener of listeners) listener();
  };
  let last = { text: '', atMs: -Infinity };
  const book: ReportBook = {
    now: () => says,
    isNews: ({ text }) => text !== last.text,
    silentMs: () => performance.now() - last.atMs,
    unheardMs: () => 0,
    batchOf: async ({ text }) => ({ agentVersion: text }) as ReportBatch,
    say({ text }) {
      const [before, now] = [last, { text, atMs: performance.now() }];
      last = now;
      return { heard: () => undefined, takeBack: () => void (last = last === now ? before : last) };
    },
  };
  const loop = {
    state: { host: hostId('h'), services: new Map(), root: { version: 1, director: null, revoked: [] } },
    dispatch: async () => undefined,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => undefined,
  };
  const client = {
    poll: ({ report, known }: PollRequest, signal: AbortSignal) =>
      ask<PollResponse>('poll', report?.agentVersion ?? 'nothing', known.length, signal),
    report: ({ agentVersion }: ReportBatch, signal: AbortSignal) => ask<void>('report', agentVersion, 0, signal),
    showGoals: async () => undefined,
  };
  const polls = runPolls({
    loop: loop as never,
    client,
    verifier: { host: hostId('h'), region, keys: keys as never },
    root: { keys: keys as never, follow: async () => null },
    roots: async () => Promise.reject(silence()),
    book,
    keepGoal: async () => undefined,
    log: quiet,
    signal: ending.signal,
  });
  loops = [polls.done, runReports({ loop: loop as never, book, client, polls, log: quiet, signal: ending.signal })];
});
afterEach(async () => {
  ending.abort(new Error('the test ended'));
  await Promise.all(loops);
});

function ask<Answer>(what: Asked['what'], says: string, known: number, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const now = new Date().toISOString();
  const usual = { goals: [], index: null, rootVersion: null, labels: {}, reportEveryMs: 60_000, now };
  const answer: Asked['answer'] = (response = {}) => resolve({ ...usual, ...response } as Answer);
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  asked.push({ what, says, known, signal, answer, fail: reject });
  return promise;
}

/** Nobody's: it is news, known from then on, and refused. */
const goalOf = (digit: number) => ({
  service: serviceName('checkout'),
  etag: `sha256:${String(digit).repeat(64)}` as Digest,
  goal: { payloadType: '', payload: '', signatures: [] },
  admissions: [],
  traceparent: null,
});

/** The request of that number, counted from 0, once it is there. */
async function request(number: number): Promise<Asked> {
  while (asked.length <= number) await delay(2);
  return asked[number]!;
}
const told = (): string[] => asked.map(({ what, says }) => `${what}: ${says}`);

/** The host is at rest and holds a poll; then an answer comes with which it begins to act. */
async function beginToAct(): Promise<void> {
  (await request(0)).answer({ goals: [goalOf(1)] });
  const held = await request(1);
  held.answer({ goals: [goalOf(2)] });
  say('switching', true);
}

describe('a host that acts', () => {
  test('reports, and asks when what came is healthy: nothing is said twice, and nothing beside a poll', async () => {
    await beginToAct();
    const report = await request(2);
    expect(told()).toEqual(['poll: at rest', 'poll: at rest', 'report: switching']);
    say('healthy', false);
    await delay(150);
    expect(asked).toHaveLength(3);
    report.answer();
    await request(3);
    await delay(250);
    expect(told().slice(3)).toEqual(['poll: healthy']);
  });

  test('asks though a report before it failed, and says then what that did not', async () => {
    await beginToAct();
    const report = await request(2);
    say('healthy', false);
    await delay(20);
    report.fail(silence());
    const next = await request(3);
    await delay(50);
    expect([told()[3], next.signal.aborted]).toEqual(['poll: healthy', false]);
  });

  test('asks when it has had no news for a second', async () => {
    await beginToAct();
    const saidAt = performance.now();
    (await request(2)).answer();
    expect((await request(3)).what).toBe('poll');
    expect(performance.now() - saidAt).toBeGreaterThan(900);
  });

  test('asks after five seconds, though it has news all the time', async () => {
    await beginToAct();
    const actsSince = performance.now();
    const news = setInterval(() => say(`switching ${performance.now()}`, true), 200);
    try {
      for (let next = 2; ; next++) {
        const { what, answer } = await request(next);
        if (what === 'poll') break;
        answer();
      }
    } finally {
      clearInterval(news);
    }
    const actedMs = performance.now() - actsSince;
    expect(actedMs).toBeGreaterThan(4_000);
    expect(actedMs).toBeLessThan(30_000);
  });

  test('asks at once when the region says something else of it', async () => {
    (await request(0)).answer({ goals: [goalOf(1)] });
    const held = await request(1);
    expect(held.known).toBe(1);
    held.answer({ maintenance: true });
    say('switching', true);
    const next = await request(2);
    expect([next.what, next.known, next.says]).toEqual(['poll', 0, 'switching']);
  });
});

describe('a poll that fails', () => {
  test('has said nothing: news is said by a report, where the gateway turned it away', async () => {
    (await request(0)).answer();
    const held = await request(1);
    say('healthy', false);
    (await request(2)).answer();
    say('unhealthy', false);
    held.fail(refusal());
    const report = await request(3);
    expect(told().slice(2)).toEqual(['report: healthy', 'report: unhealthy']);
    report.answer();
  });

  test('is what says it, where nobody answers: hosts that come back wait for their turn', async () => {
    const first = await request(0);
    first.fail(silence());
    await request(1);
    expect(told()).toEqual(['poll: at rest', 'poll: at rest']);
  });
});
