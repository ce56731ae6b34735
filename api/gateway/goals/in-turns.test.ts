import { expect, test } from '@jest/globals';
import { inTurns } from './in-turns.ts';

function worked() {
  const done: string[] = [];
  const turns: (() => void)[] = [];
  const work = inTurns<string>(
    (piece) => done.push(piece),
    (turn) => turns.push(turn),
  );
  const letters = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
  const take = (): boolean => {
    const next = turns.shift();
    next?.();
    return next !== undefined;
  };
  return { work, done, letters, take };
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
