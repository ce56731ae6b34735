import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ApiEvent } from '../../protocol/api/events.ts';
import type { ApiClient } from '../api-client.ts';
import type { Session } from '../session.ts';
import { deployment } from '../shown.fixture.ts';
import { watchDeployment } from './watch.ts';

beforeEach(() => void jest.useFakeTimers({ now: new Date('2026-11-24T12:00:00.000Z') }));
afterEach(() => void jest.useRealTimers());

/** A stream that stays open until its signal aborts, as fetch's does; `send` puts an event on it. */
function openStream() {
  const waiting: ((chunk: Uint8Array) => void)[] = [];
  async function* body(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    );
    for (;;) yield await Promise.race([aborted, new Promise<Uint8Array>((resolve) => void waiting.push(resolve))]);
  }
  const send = async (event: ApiEvent): Promise<void> => {
    await jest.advanceTimersByTimeAsync(0);
    waiting.shift()?.(new TextEncoder().encode(`id: 1\ndata: ${JSON.stringify(event)}\n\n`));
    await jest.advanceTimersByTimeAsync(0);
  };
  const events = async (_query: object, _lastEventId: string | null, signal: AbortSignal) => ({ body: body(signal) });
  return { client: { events } as unknown as ApiClient, send };
}

test('while nothing changes there is a line each 30 s: never 60 s of silence', async () => {
  const { client, send } = openStream();
  const lines: string[] = [];
  const interrupted = new AbortController();
  const session: Session = {
    client,
    output: {
      isJson: true,
      line: (text) => void lines.push(text),
      document: () => {},
      event: () => {},
      note: () => {},
    },
    terminal: null,
    interrupted: interrupted.signal,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  const watching = watchDeployment(session, { service: 'checkout', number: 87 }, null);
  const at = new Date().toISOString();
  await send({ type: 'snapshot', sequence: 1, at, deployments: [deployment], lanes: [], hosts: [] });
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
  interrupted.abort(new Error('enough'));
  expect(await watching).toBe(130);
});
