import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { hostId, regionName } from '../../domain/names.ts';
import type { PollResponse, ReportBatch } from '../../protocol/gateway.ts';
import { GatewayError } from './gateway-error.ts';
import { runPolls } from './poll-loop.ts';
import type { Statement } from './report-book.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const keys = { version: 1, directors: new Map(), authorities: new Map(), revoked: new Set(), issuedAtMs: 0 };
const statement: Statement = { services: [], text: 'at rest', isActing: false };
const agents = 60;

let ending: AbortController;
let loops: Promise<void>[];
/** Of each agent that has asked. */
let askedAtMs: number[];
beforeEach(() => {
  ending = new AbortController();
  [loops, askedAtMs] = [[], []];
});
afterEach(async () => {
  ending.abort(new Error('the test ended'));
  await Promise.all(loops);
});

/** Its gateway holds the first poll for good. */
function startAgent(firstWithinMs?: number): void {
  const poll = (_request: unknown, signal: AbortSignal): Promise<PollResponse> => {
    askedAtMs.push(performance.now());
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
  };
  const { done } = runPolls({
    loop: { state: { host: hostId('h'), services: new Map() }, onChange: () => () => undefined } as never,
    client: { poll, showGoals: async () => undefined },
    verifier: { host: hostId('h'), region: regionName('eu-west'), keys: keys as never },
    root: { keys: keys as never, follow: async () => null },
    roots: () => Promise.reject(new GatewayError('nobody there')),
    book: {
      now: () => statement,
      isNews: () => false,
      silentMs: () => 0,
      unheardMs: () => 0,
      batchOf: async () => ({}) as ReportBatch,
      say: () => ({ heard: () => undefined, takeBack: () => undefined }),
    },
    keepGoal: async () => undefined,
    log: quiet,
    signal: ending.signal,
    ...(firstWithinMs !== undefined && { firstWithinMs }),
  });
  loops.push(done);
}

test('agents that are started together ask anywhere within their window, and not all at once', async () => {
  const windowMs = 4_000;
  const startedAtMs = performance.now();
  for (let agent = 0; agent < agents; agent++) startAgent(windowMs);
  while (askedAtMs.length < agents) await delay(5);
  const tenths = Map.groupBy(askedAtMs, (atMs) => Math.floor((10 * (atMs - startedAtMs)) / windowMs));
  expect(Math.max(...[...tenths.values()].map((asked) => asked.length))).toBeLessThan(agents / 2);
  // Nobody is later than what a busy machine makes of its timers.
  expect(Math.max(...tenths.keys())).toBeLessThan(20);
});

test('an agent that was not started with others asks at once', async () => {
  startAgent();
  await delay(50);
  expect(askedAtMs).toHaveLength(1);
});
