import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ApiClient } from '../api-client.ts';
import { deployment } from '../shown.fixture.ts';
import { openStream, snapshotOf, watcherOf } from './watcher.fixture.ts';
import { toItsEnd, watchDeployment } from './watch-deployment.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-24T12:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());

function watching(client: ApiClient) {
  const { session, lines, notes, interrupt } = watcherOf(client);
  return { lines, notes, interrupt, code: watchDeployment(session, { service: 'checkout', number: 87 }, toItsEnd) };
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

test('while the connection is cut nothing is told as if it were so now; the cut and its end are a line each', async () => {
  const { client, send, cut, comeBack } = openStream();
  const { lines, notes, interrupt, code } = watching(client);
  await send(snapshot());
  await jest.advanceTimersByTimeAsync(5_000);
  cut();
  await jest.advanceTimersByTimeAsync(30_000);
  comeBack();
  await jest.advanceTimersByTimeAsync(5_000);
  await send(snapshot());
  expect(notes).toEqual([
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
