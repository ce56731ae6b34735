import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReportBatch } from '../../protocol/gateway.ts';
import type { ReportBook, Statement } from './report-book.ts';
import { runReports } from './report-loop.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let ending: AbortController;
let loops: Promise<void>[];
beforeEach(() => {
  ending = new AbortController();
  loops = [];
});
afterEach(async () => {
  ending.abort();
  await Promise.all(loops);
});

/** A report loop over a host whose statement the test sets, and over a gateway that takes all. */
function reporting(first: string) {
  const sent: string[] = [];
  let says: Statement = { services: [], text: first, isActing: false };
  let last = first;
  const listeners = new Set<() => void>();
  const book: ReportBook = {
    now: () => says,
    isNews: ({ text }) => text !== last,
    silentMs: () => 0,
    unheardMs: () => 0,
    batchOf: async ({ text }) => ({ agentVersion: text }) as ReportBatch,
    say({ text }) {
      last = text;
      return { heard: () => undefined, takeBack: () => undefined };
    },
  };
  const polls = {
    reportEveryMs: () => 60_000,
    saysSoon: () => false,
    sending: <Answer>(send: () => Promise<Answer>) => send(),
    reconnect: () => undefined,
  };
  const loop = {
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const client = { report: async ({ agentVersion }: ReportBatch) => void sent.push(agentVersion) };
  loops.push(runReports({ loop: loop as never, book, client, polls, log, signal: ending.signal }));
  const say = (text: string, isActing: boolean): void => {
    says = { ...says, text, isActing };
    for (const listener of listeners) listener();
  };
  const untilSent = async (text: string): Promise<void> => {
    while (sent.at(-1) !== text) await delay(2);
  };
  return { say, sent, untilSent };
}

test('what changes at nearly the same time while something is on its way is one report', async () => {
  const { say, sent, untilSent } = reporting('at rest');
  say('fetching', true);
  await delay(1);
  say('switching', true);
  await untilSent('switching');
  expect(sent).toEqual(['switching']);
});

test('what is on its way for longer is said though it goes on changing', async () => {
  const { say, sent, untilSent } = reporting('at rest');
  const changing = setInterval(() => say(`step ${performance.now()}`, true), 5);
  try {
    while (sent.length < 3) await delay(5);
  } finally {
    clearInterval(changing);
  }
  say('healthy', false);
  await untilSent('healthy');
  expect(sent.length).toBeGreaterThan(3);
});

test('an end is said at once', async () => {
  const { say, sent } = reporting('at rest');
  say('healthy', false);
  // The timer began after the word: only a report that waits for one of its own comes later.
  await delay(60);
  expect(sent).toEqual(['healthy']);
});
