import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ApiEvent } from '../../protocol/api/events.ts';
import type { ApiClient } from '../api-client.ts';
import { deployment } from '../shown.fixture.ts';
import { openStream, snapshotOf, watcherOf } from './watcher.fixture.ts';
import { toItsEnd, watchDeployment } from './watch-deployment.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-24T12:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());

function watching(client: ApiClient) {
  const { session, lines, notes, news, interrupt } = watcherOf(client);
  return {
    lines,
    notes,
    news,
    interrupt,
    code: watchDeployment(session, { service: 'checkout', number: 87 }, toItsEnd),
  };
}

const snapshot = () => snapshotOf([deployment]);

test('while nothing changes there is a line each 30 s: never 60 s of silence', async () => {
  const { client, send } = openStream();
  const { lines, interrupt, code } = watching(client);
  await send(snapshot());
  for (let seconds = 0; seconds < 120; seconds += 10) {
    await jest.advanceTimersByTimeAsync(10_000);
    await send({ type: 'heartbeat', sequence: 1, at: new Date().toISOString() });
  }
  expect(lines).toEqual([
    '12:00:00Z checkout/87 rolling world',
    '12:00:30Z checkout/87 still rolling world',
    '12:01:00Z checkout/87 still rolling world',
    '12:01:30Z checkout/87 still rolling world',
    '12:02:00Z checkout/87 still rolling world',
  ]);
  interrupt();
  expect(await code).toBe(130);
});

test('where nothing streams the api is asked, and the stream is tried again each half minute, until it does', async () => {
  const { client, send } = openStream();
  const asked = { ...client, call: async () => deployment } as unknown as ApiClient;
  const { lines, notes, interrupt, code } = watching(asked);
  // Two tries of the stream, each of 5 s, and 30 s of asking after either.
  await jest.advanceTimersByTimeAsync(70_000);
  const polled = 'no first event in 5 s: a proxy may hold it back; asking again and again instead';
  expect(notes).toEqual([polled]);
  await send(snapshot());
  expect(notes).toEqual([polled, 'connected again after 1 min 5 s']);
  await send(held);
  expect(lines).toEqual([
    '12:00:05Z checkout/87 rolling world',
    '12:00:35Z checkout/87 still rolling world',
    '12:01:05Z checkout/87 still rolling world',
    '12:01:10Z checkout/87 held',
  ]);
  interrupt();
  expect(await code).toBe(130);
});

const held: ApiEvent = {
  type: 'change',
  sequence: 2,
  at: '2026-11-24T12:01:10.000Z',
  actor: 'slipway',
  verb: 'held',
  object: 'checkout/87',
  message: 'held',
  deployment,
  lane: null,
};

test('while the connection is cut nothing is told as if it were so now; the cut and its end are a line each', async () => {
  const { client, send, cut, comeBack } = openStream();
  const { lines, news, interrupt, code } = watching(client);
  await send(snapshot());
  await jest.advanceTimersByTimeAsync(5_000);
  cut();
  await jest.advanceTimersByTimeAsync(30_000);
  comeBack();
  await jest.advanceTimersByTimeAsync(5_000);
  await send(snapshot());
  expect(news).toEqual([
    'as of 12:00:00Z, no connection since 12:00:05Z: the event stream was cut; connecting again',
    'connected again after 35 s',
  ]);
  expect(lines).toEqual([
    '12:00:00Z checkout/87 rolling world',
    '12:00:30Z checkout/87 as of 12:00:00Z, no connection since 12:00:05Z; it was rolling world',
  ]);
  interrupt();
  expect(await code).toBe(130);
});
