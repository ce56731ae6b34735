import { expect, test } from '@jest/globals';
import { inTurns } from './in-turns.ts';

function worked() {
  const done: string[] = [];
  const turns: (() => void)[] = [];
  const clock = { nowMs: 0 };
  const work = inTurns<string>((piece) => done.push(piece), {
    nextTurn: (turn) => turns.push(turn),
    nowMs: () => clock.nowMs,
  });
  const letters = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
  const take = (): boolean => {
    const next = turns.shift();
    next?.();
    return next !== undefined;
  };
  return { work, done, letters, take, clock };
}

test('a few pieces are done at once, many over turns, all in their order', () => {
  const { work, done, letters, take } = worked();
  work.add([], letters('a', 45));
  expect(done).toEqual(letters('a', 20));
  while (take());
  expect(done).toEqual(letters('a', 45));
});

test('what is urgent comes before what waits, and after what is urgent and waits', () => {
  const { work, done, letters, take } = worked();
  work.add([], letters('a', 30));
  work.add(letters('b', 25), letters('c', 1));
  work.add(letters('d', 1), []);
  while (take());
  expect(done).toEqual([
    ...letters('a', 20),
    ...letters('b', 25),
    ...letters('d', 1),
    ...letters('a', 30).slice(20),
    ...letters('c', 1),
  ]);
});

test('what is to come afterwards comes when no piece waits, also not one that was added meanwhile; a few a turn', () => {
  const { work, done, letters, take } = worked();
  work.add([], letters('a', 30));
  for (const letter of letters('z', 25)) work.afterwards(() => done.push(letter));
  work.add(letters('b', 5), []);
  expect(work.isBusy()).toBe(true);
  while (take());
  expect(done).toEqual([...letters('a', 20), ...letters('b', 5), ...letters('a', 30).slice(20), ...letters('z', 25)]);
  expect(work.isBusy()).toBe(false);
});

test('what is to come afterwards comes after five seconds, also while pieces wait', () => {
  const { work, done, letters, take, clock } = worked();
  work.add([], letters('a', 60));
  work.afterwards(() => done.push('z'));
  clock.nowMs = 4_999;
  take();
  expect(done).toEqual(letters('a', 40));
  clock.nowMs = 5_000;
  work.add([], letters('b', 20));
  take();
  expect(done).toEqual([...letters('a', 40), 'z', ...letters('a', 60).slice(40)]);
  while (take());
  expect(done.slice(-20)).toEqual(letters('b', 20));
});

test('with nothing to wait for, what is to come afterwards comes in the next turn', () => {
  const { work, done, take } = worked();
  work.afterwards(() => done.push('z'));
  expect(done).toEqual([]);
  take();
  expect(done).toEqual(['z']);
});
