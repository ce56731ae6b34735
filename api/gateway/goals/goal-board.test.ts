import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { digest, hostId, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { ServiceName } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { followGoals } from './follow-goals.ts';
import { askerOf, createGoalBoard } from './goal-board.ts';
import type { ServedGoal } from './goal-board.ts';
import { openPollRoom } from './poll-room.ts';

const checkout = serviceName('checkout');
const host = { id: hostId('a'), labels: { role: 'web' }, reports: [] };
const asker = askerOf(host, []);
const log = pino({ level: 'silent' });

function goalOf(service: ServiceName, version: string): ServedGoal {
  const goal = { payloadType: 'goal', payload: '', signatures: [{ keyid: 'k', sig: '' }] };
  const release = { number: releaseNumber(1), digest: digest(digestOf('release')) };
  return {
    offer: { service, etag: digest(digestOf(version)), goal, admissions: [], traceparent: null },
    mode: 'advance',
    base: { release, selector: { role: 'web' } },
    next: null,
    absentAfterMs: 30_000,
  };
}

describe('the board', () => {
  test('keeps the answer that was asked for last, though the first one comes later', async () => {
    const slow = Promise.withResolvers<readonly ServedGoal[]>();
    const answers = [slow.promise, Promise.resolve([goalOf(checkout, 'new')])];
    const board = createGoalBoard({ readGoals: () => answers.shift()! });
    const read = [board.refresh(null), board.refresh(checkout)];
    slow.resolve([goalOf(checkout, 'old')]);
    await Promise.all(read);
    expect(board.offersFor(asker)).toEqual([goalOf(checkout, 'new').offer]);
  });

  test('forgets goals that are gone when all are read again', async () => {
    let goals = [goalOf(checkout, 'one'), goalOf(serviceName('search'), 'one')];
    const board = createGoalBoard({ readGoals: async () => goals });
    await board.refresh(null);
    goals = [goalOf(checkout, 'one')];
    await board.refresh(null);
    expect(board.size()).toBe(1);
  });

  test('is not loaded by one goal, nor by a read that failed', async () => {
    const board = createGoalBoard({
      readGoals: (service) => (service === null ? Promise.reject(new Error('away')) : Promise.resolve([])),
    });
    await board.refresh(checkout);
    await expect(board.refresh(null)).rejects.toThrow('away');
    expect(board.isLoaded()).toBe(false);
  });
});

test('a change that could not be read is read when the database answers, and wakes whom it concerns', async () => {
  let away = true;
  const board = createGoalBoard({
    readGoals: () => (away ? Promise.reject(new Error('away')) : Promise.resolve([goalOf(checkout, 'one')])),
  });
  const room = openPollRoom();
  const isNews = (service: ServiceName | null): boolean => board.offersFor(asker, service).length > 0;
  const held = room.wait(host.id, 30_000, isNews, new AbortController().signal);
  followGoals(board, room, log)(checkout);
  await delay(0);
  away = false;
  await held;
  expect(board.offersFor(asker)).toHaveLength(1);
});
