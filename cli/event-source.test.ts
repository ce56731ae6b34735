import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ApiEvent } from '../protocol/api/events.ts';
import { receiveEvents, type ReceivedEvent } from './event-source.ts';

const at = '2026-11-24T12:00:00.000Z';
const heartbeat = (sequence: number): ApiEvent => ({ type: 'heartbeat', sequence, at });
const frame = (event: object, id: number): string => `event: x\nid: ${id}\ndata: ${JSON.stringify(event)}\n\n`;

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts.map((each) => each % bytes.length).toSorted((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function received(text: string, cuts: readonly number[] = []): Promise<ReceivedEvent[]> {
  const events: ReceivedEvent[] = [];
  for await (const event of receiveEvents({ body: chunksOf(new TextEncoder().encode(text), cuts) })) events.push(event);
  return events;
}

test('events arrive whole, wherever the stream is cut into pieces', async () => {
  const change = {
    type: 'change',
    sequence: 2,
    at,
    actor: 'lin',
    verb: 'v',
    object: 'o',
    message: 'grün – 🚀',
    deployment: null,
    lane: null,
  };
  const text = `retry: 1000\n\n${frame(heartbeat(1), 1)}: a comment\n\n${frame(change, 2)}`;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (cuts) => {
      expect(await received(text, cuts)).toEqual([
        { lastEventId: '1', event: heartbeat(1) },
        { lastEventId: '2', event: change },
      ]);
    }),
    { numRuns: 200 },
  );
});

test('what this version does not know is passed over, and the id before it counts on', async () => {
  const hosts = { type: 'hosts', at, hosts: [] };
  const text = `${frame(heartbeat(4), 4)}${frame({ type: 'weather' }, 5)}data: {"half\n\ndata: ${JSON.stringify(hosts)}\n\n`;
  expect(await received(text)).toEqual([
    { lastEventId: '4', event: heartbeat(4) },
    { lastEventId: '5', event: hosts },
  ]);
});

test('an event that was cut off in the middle is none', async () => {
  expect(await received(`${frame(heartbeat(1), 1)}id: 2\ndata: {"type":"heartbeat"`)).toHaveLength(1);
});
