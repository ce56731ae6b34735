import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { fewAtOnce } from './few-at-once.ts';

const refuse = () => new Error('too many');
const patienceMs = 5_000;
let nowMs = 0;

/** Whatever follows from what has happened has happened too. */
const turn = () => delay(0);

/** Acts that end when they are told to, and which of them have begun. */
function openActs(limits: Parameters<typeof fewAtOnce>[0]) {
  const run = fewAtOnce(limits, () => nowMs);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<number>[] = [];
  const come = (number: number): Promise<number> =>
    run(() => {
      begun.push(number);
      return (ends[number] = Promise.withResolvers<number>()).promise;
    }, refuse);
  return { begun, ends, come };
}

test('a few act at once, and others in the order in which they came, whether those before them failed or not', async () => {
  const { begun, ends, come } = openActs({ atOnce: 2, mostWaiting: 2, patienceMs });
  const all = [0, 1, 2, 3].map(come);
  await turn();
  expect(begun).toEqual([0, 1]);
  ends[1]!.reject(new Error('it failed'));
  await expect(all[1]).rejects.toThrow('it failed');
  await turn();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!.resolve(0);
  expect(await all[0]).toBe(0);
  await turn();
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const number of [2, 3]) ends[number]!.resolve(number);
  expect(await Promise.all(all.slice(2))).toEqual([2, 3]);
});

test('who comes beyond those that may wait is refused at once, and taken when there is room again', async () => {
  const { ends, come } = openActs({ atOnce: 1, mostWaiting: 1, patienceMs });
  const [first, second] = [come(0), come(1)];
  await expect(come(2)).rejects.toThrow('too many');
  ends[0]!.resolve(0);
  await first;
  await turn();
  const third = come(3);
  ends[1]!.resolve(1);
  await second;
  await turn();
  ends[3]!.resolve(3);
  expect(await third).toBe(3);
});

test('whose turn comes too late is refused, and holds up nobody', async () => {
  const { begun, ends, come } = openActs({ atOnce: 1, mostWaiting: 2, patienceMs });
  const first = come(0);
  await turn();
  const late = Promise.allSettled([come(1), come(2)]);
  nowMs += patienceMs + 1;
  ends[0]!.resolve(0);
  await first;
  expect(await late).toEqual([1, 2].map(() => ({ status: 'rejected', reason: refuse() })));
  expect(begun).toEqual([0]);
});
