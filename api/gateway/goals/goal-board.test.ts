import { describe, expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { deploymentNumber, digest, hostId, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { DecidingContent } from '../../../domain/goal/asked-anew.ts';
import { lowestPosition } from '../../../domain/goal/batch-order.ts';
import type { Placement } from '../../../domain/goal/goal.ts';
import type { Generation, ServiceName } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { goalIndex, goalIndexSchema, goalTree, isProven } from '../../../protocol/goal-index.ts';
import { followGoals } from './follow-goals.ts';
import { askerOf, createGoalBoard } from './goal-board.ts';
import type { BoardGoals, GoalBoard, ServedGoal } from './goal-board.ts';
import { openPollRoom, type PollRoom } from './poll-room.ts';

const checkout = serviceName('checkout');
const host = { id: hostId('a'), labels: { role: 'web' }, maintenance: false, reports: [] };
const asker = askerOf(host, []);
const log = pino({ level: 'silent' });

const envelope = { payloadType: 'goal', payload: '', signatures: [{ keyid: 'k', sig: '' }] };

const placementOf = (number: number): Placement => ({
  release: { number: releaseNumber(number), digest: digest(digestOf(`release ${number}`)) },
  selector: { role: 'web' },
});

function goalOf(service: ServiceName, version: string, change: Partial<DecidingContent> = {}): ServedGoal {
  const attempt = { deployment: deploymentNumber(1), local: 0 };
  const content = {
    generation: 1 as Generation,
    attempt,
    mode: 'advance',
    controlRevision: 0,
    keep: [],
    cut: null,
    canaries: [],
  } as const;
  return {
    offer: { service, etag: digest(digestOf(version)), goal: envelope, admissions: [], traceparent: null },
    content: { ...content, base: placementOf(1), next: null, ...change },
    absentAfterMs: 30_000,
  };
}

/** As the database answers a board that has none of them. */
const boardOf = (...goals: readonly ServedGoal[]): BoardGoals => ({
  index: envelope,
  goals: goals.map((served) => ({ ...indexed(served), served })),
});
const indexed = ({ offer: { service, etag } }: ServedGoal) => ({ service, etag, generation: 1 as Generation });

describe('the board', () => {
  test('asks for what it has not, and keeps the rest', async () => {
    const [one, other] = [goalOf(checkout, 'one'), goalOf(serviceName('search'), 'other')];
    const asked: number[] = [];
    const answers = [boardOf(one, other), { ...boardOf(), goals: [{ ...indexed(one), served: null }] }];
    const board = createGoalBoard({
      async readGoals(known) {
        asked.push(known.size);
        return answers.shift()!;
      },
    });
    expect((await board.refresh()).map(({ service }) => service)).toEqual([checkout, 'search']);
    expect(await board.refresh()).toEqual([]);
    expect([asked, board.size(), board.offersFor(asker)]).toEqual([[0, 2], 1, [one.offer]]);
  });

  test('proves to a host the goals that concern it, and no others', async () => {
    const elsewhere = goalOf(serviceName('search'), 'one', { base: null });
    const [mine, goals] = [goalOf(checkout, 'one'), [goalOf(checkout, 'one'), elsewhere]];
    const board = createGoalBoard({ readGoals: async () => boardOf(...goals) });
    await board.refresh();
    const { size, root } = goalTree(goals.map(indexed));
    const index = goalIndexSchema.parse({ ...goalIndex(regionName('eu'), 1, 0, { size, root, proofOf: () => null }) });
    const offered = board.indexFor(asker)!;
    expect(offered.index).toBe(envelope);
    expect(offered.proofs.map((proof) => [proof.service, isProven(index, indexed(mine), proof)])).toEqual([
      [checkout, true],
    ]);
  });

  test('has no index before the region has signed one', async () => {
    const board = createGoalBoard({ readGoals: async () => ({ ...boardOf(goalOf(checkout, 'one')), index: null }) });
    await board.refresh();
    expect(board.indexFor(asker)).toBeNull();
  });

  test('tells at once whom a change asks for something, who may run what is coming first, and the others later', async () => {
    const [canary, other] = [hostId('canary'), hostId('other')];
    const next = placementOf(2);
    const canaries = [canary];
    const waits = { generation: 1 as Generation, next, canaries };
    const toldIn = async (before: ServedGoal, after: ServedGoal) => {
      const answers = [boardOf(before), boardOf(after)];
      const board = createGoalBoard({ readGoals: async () => answers.shift()! });
      const [first] = await board.refresh();
      expect([canary, other].map(first!.turnOf)).toEqual(['next', 'next']);
      const [change] = await board.refresh();
      return [canary, other].map(change!.turnOf);
    };
    const begun = goalOf(checkout, 'begun', waits);
    const batch = { ...waits, generation: 2 as Generation, cut: lowestPosition };
    const advanced = goalOf(checkout, 'advanced', batch);
    expect(await toldIn(begun, advanced)).toEqual(['first', 'later']);
    expect(await toldIn(begun, goalOf(checkout, 'signed again', waits))).toEqual(['later', 'later']);
    expect(await toldIn(begun, { ...goalOf(checkout, 'asked oftener', waits), absentAfterMs: 5_000 })).toEqual([
      'next',
      'next',
    ]);
    const { offer } = goalOf(checkout, 'admitted', waits);
    expect(await toldIn(begun, { ...begun, offer: { ...offer, admissions: [envelope] } })).toEqual(['next', 'next']);
    const done = goalOf(checkout, 'done', { generation: 0 as Generation });
    expect(await toldIn(done, { ...begun, offer: { ...begun.offer, admissions: [envelope] } })).toEqual([
      'soon',
      'soon',
    ]);
    const signature = { keyid: 'another', sig: '' };
    const byAnother = { ...begun.offer, goal: { ...envelope, signatures: [signature] } };
    expect(await toldIn(begun, { ...begun, offer: byAnother })).toEqual(['next', 'next']);
    const board = createGoalBoard({
      readGoals: async () => boardOf({ ...goalOf(checkout, 'new', { ...waits, base: null }), absentAfterMs: 180_000 }),
    });
    expect((await board.refresh()).map(({ turnOf }) => turnOf(other))).toEqual(['soon']);
    const undone = goalOf(checkout, 'undone', { ...batch, generation: 3 as Generation, mode: 'undo' });
    expect(
      await toldIn({ ...advanced, content: { ...advanced.content, generation: 1 as Generation, cut: null } }, undone),
    ).toEqual(['first', 'next']);
  });

  test('says which index it offers and when that was signed; nothing of what is no index, nor where there is none', async () => {
    const text = JSON.stringify(goalIndex(regionName('eu-west'), 17, 5_000, goalTree([])));
    const index = { ...envelope, payload: Buffer.from(text).toString('base64') };
    const answers: BoardGoals[] = [{ index, goals: [] }, boardOf(), { isClosed: true, index: null, goals: [] }];
    const board = createGoalBoard({ readGoals: async () => answers.shift()! });
    const words: unknown[] = [board.newestIndex()];
    while (answers.length > 0) {
      await board.refresh();
      words.push(board.newestIndex());
    }
    expect(words).toEqual([null, { version: 17, issuedAtMs: 5_000 }, null, null]);
  });

  test('is not loaded by a read that failed', async () => {
    const board = createGoalBoard({ readGoals: () => Promise.reject(new Error('away')) });
    await expect(board.refresh()).rejects.toThrow('away');
    expect(board.isLoaded()).toBe(false);
  });
});

describe('who follows the goals', () => {
  const isNews = (board: GoalBoard) => (service: ServiceName) => board.offersFor(asker, service).length > 0;
  const asking = () => Object.assign(new EventEmitter(), { closed: false, destroy: () => undefined });
  const held = (board: GoalBoard, room: PollRoom) => room.wait(host.id, 30_000, isNews(board), asking());

  test('reads a change that could not be read when the database answers, and wakes whom it concerns', async () => {
    let away = true;
    const board = createGoalBoard({
      readGoals: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(boardOf(goalOf(checkout, 'one')))),
    });
    const room = openPollRoom();
    const waiting = held(board, room);
    followGoals(board, room, log)();
    await delay(0);
    away = false;
    await waiting;
    expect(board.offersFor(asker)).toHaveLength(1);
  });

  test('reads once more for all changes that come while goals are read', async () => {
    const slow = Promise.withResolvers<BoardGoals>();
    let reads = 0;
    const board = createGoalBoard({
      readGoals: () => (++reads === 1 ? slow.promise : Promise.resolve(boardOf(goalOf(checkout, 'new')))),
    });
    const room = openPollRoom();
    const waiting = held(board, room);
    const look = followGoals(board, room, log);
    for (let times = 0; times < 5; times++) look();
    slow.resolve(boardOf());
    await waiting;
    expect([reads, board.offersFor(asker)]).toEqual([2, [goalOf(checkout, 'new').offer]]);
  });
});
