import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HttpError } from '@oazapfts/runtime';
import type { ApiEvent } from '../client/api.ts';
import type { AttentionWatcher } from './attention.ts';
import { openFeed, type Polled } from './feed.ts';
import { deploymentFixture } from './known.fixture.ts';
import type { StreamListener } from './one-stream.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const at = '2026-11-25T12:00:00Z';
const snapshot: ApiEvent = {
  type: 'snapshot',
  sequence: 1,
  at,
  deployments: [deploymentFixture({ stage: 'canary', sequence: 1 })],
  lanes: [],
  hosts: [],
};
const polledNow = (): Polled => ({
  deployments: [deploymentFixture({ stage: 'world', sequence: 2 })],
  lanes: [],
  hosts: [],
});
const away = (): Promise<Polled> => Promise.reject(new TypeError('Failed to fetch'));
const signedOut = (): Promise<Polled> =>
  Promise.reject(new HttpError(401, { type: 'x/sign-in', title: 'Sign in', retryable: false }, new Headers()));

/** A feed whose browser does what the test says. */
function opened({ isHidden = false } = {}) {
  const streams: (StreamListener & { isOpen: boolean })[] = [];
  const browser = { poll: (): Promise<Polled> => Promise.resolve(polledNow()), polls: 0 };
  let watcher: AttentionWatcher | null = null;
  const feed = openFeed(
    { url: '/v1/events', poll: () => (browser.polls++, browser.poll()) },
    {
      openStream(_url, listener) {
        const stream = { ...listener, isOpen: true };
        streams.push(stream);
        return () => void (stream.isOpen = false);
      },
      watchAttention(given) {
        watcher = given;
        if (isHidden) given.slept();
        return () => undefined;
      },
      random: () => 0.5,
    },
  );
  return {
    feed,
    streams,
    browser,
    open: () => streams.filter(({ isOpen }) => isOpen).length,
    sleep: () => watcher!.slept(),
    wake: () => watcher!.woke(),
    shown: () => [feed.view().transport, feed.view().known?.deployments['checkout/87']?.stage ?? null],
  };
}
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('a page that nobody sees', () => {
  test('has no stream and asks nothing, however long; when it is seen it has one at once', async () => {
    const { streams, browser, open, sleep, wake, shown } = opened();
    streams[0]!.heard(snapshot);
    sleep();
    await pass(30 * 60_000);
    expect([open(), streams.length, browser.polls]).toEqual([0, 1, 0]);
    wake();
    expect([open(), streams.length]).toEqual([1, 2]);
    streams[1]!.heard({ ...snapshot, deployments: [deploymentFixture({ stage: 'world', sequence: 5 })] } as ApiEvent);
    expect(shown()).toEqual(['stream', 'world']);
  });

  test('has missed something: what is read beside the stream is read anew', () => {
    const { feed, streams, sleep, wake } = opened();
    streams[0]!.heard(snapshot);
    const before = feed.view().connects;
    sleep();
    wake();
    streams[1]!.heard(snapshot);
    expect(feed.view().connects).toBe(before + 1);
  });

  test('and whose stream did not pass before asks as soon as it is seen', async () => {
    const { streams, browser, sleep, wake, shown } = opened();
    streams[0]!.held();
    await pass(0);
    sleep();
    await pass(60_000);
    expect([browser.polls, shown()[0]]).toEqual([1, 'connecting']);
    wake();
    await pass(0);
    expect([browser.polls, shown()[0]]).toEqual([2, 'polling']);
  });

  test('tries no more to open a stream that was lost', async () => {
    const { streams, sleep } = opened();
    streams[0]!.lost();
    sleep();
    await pass(60_000);
    expect(streams.length).toBe(1);
  });

  test('and was opened so asks once, and keeps no connection', async () => {
    const { streams, browser, shown, wake } = opened({ isHidden: true });
    await pass(60_000);
    expect([streams.length, browser.polls, shown()]).toEqual([0, 1, ['connecting', 'world']]);
    wake();
    expect(streams.length).toBe(1);
  });
});

test('a page that is seen all the while keeps its stream', () => {
  const { streams, wake } = opened();
  streams[0]!.heard(snapshot);
  wake();
  expect(streams.length).toBe(1);
});

describe('while the stream cannot be opened', () => {
  test('the page asks every 5 s, says so, and stops when the stream speaks', async () => {
    const { streams, browser, shown } = opened();
    streams[0]!.heard(snapshot);
    streams[0]!.lost();
    await pass(0);
    expect([browser.polls, shown()]).toEqual([1, ['polling', 'world']]);
    for (let refused = 1; refused < 4; refused += 1) {
      await pass(5_000);
      expect([browser.polls, shown()]).toEqual([1 + refused, ['polling', 'world']]);
      streams.at(-1)!.lost();
    }
    await pass(30_000);
    streams.at(-1)!.heard({ type: 'heartbeat', sequence: 1, at });
    const { polls } = browser;
    await pass(30_000);
    expect([browser.polls, shown()[0]]).toEqual([polls, 'stream']);
  });

  test('nor be asked, it says that it is cut off and tries often, until one of both helps', async () => {
    const { streams, browser, shown } = opened();
    streams[0]!.heard(snapshot);
    browser.poll = away;
    for (let refused = 0; refused < 5; refused += 1) {
      streams.at(-1)!.lost();
      await pass(4_000);
      expect([streams.length, shown()]).toEqual([refused + 2, ['cut', 'canary']]);
    }
    browser.poll = () => Promise.resolve(polledNow());
    await pass(5_000);
    expect(shown()).toEqual(['polling', 'world']);
  });

  test('for lack of a right, it says why, and leaves it', async () => {
    const { feed, streams, browser, wake } = opened();
    browser.poll = signedOut;
    streams[0]!.lost();
    await pass(60_000);
    wake();
    expect([streams.length, browser.polls, feed.view().problem?.title]).toEqual([1, 1, 'Sign in']);
  });

  test('since a proxy holds it back, it is tried once a minute', async () => {
    const { streams, shown } = opened();
    streams[0]!.held();
    await pass(59_000);
    expect([streams.length, shown()]).toEqual([1, ['polling', 'world']]);
    await pass(1_000);
    expect(streams.length).toBe(2);
  });
});

test('an answer that comes after the stream has spoken is dropped', async () => {
  const { streams, browser, shown } = opened();
  let answer: (polled: Polled) => void = () => undefined;
  browser.poll = () => new Promise((resolve) => (answer = resolve));
  streams[0]!.lost();
  await pass(4_000);
  streams.at(-1)!.heard(snapshot);
  answer(polledNow());
  await pass(0);
  expect(shown()).toEqual(['stream', 'canary']);
});

test('a page that was left opens, asks and shows nothing more', async () => {
  const { feed, streams, browser, open, shown } = opened();
  streams[0]!.heard(snapshot);
  streams[0]!.lost();
  feed.close();
  await pass(120_000);
  expect([open(), streams.length, browser.polls, shown()[1]]).toEqual([0, 1, 1, 'canary']);
});
