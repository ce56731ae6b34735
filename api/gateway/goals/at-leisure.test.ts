import { expect, test } from '@jest/globals';
import { until } from '../../../test/crash/run/patience.ts';
import { patienceMs } from '../../../test/patience.ts';
import { atLeisure } from './at-leisure.ts';

const numbers = Array.from({ length: 50 }, (_, index) => index);

test('a few pieces are done at once, and a few more now and then, all in their order', async () => {
  const done: number[] = [];
  const leisure = atLeisure<number>((piece) => done.push(piece), {
    isBusy: () => false,
    isDue: () => true,
    everyMs: 50,
  });
  const startedAt = performance.now();
  leisure.add(numbers);
  expect(done).toEqual(numbers.slice(0, 20));
  leisure.add([99]);
  await until('all', patienceMs, () => done.length === 51 || undefined);
  expect(performance.now() - startedAt).toBeGreaterThan(90);
  expect(done).toEqual([...numbers, 99]);
});

test('nothing is done while there is something else, and what is not due any more never', async () => {
  const done: number[] = [];
  let busy = true;
  const leisure = atLeisure<number>((piece) => done.push(piece), {
    isBusy: () => busy,
    isDue: (piece) => piece % 2 === 0,
    everyMs: 10,
  });
  leisure.add(numbers);
  expect(done).toEqual([]);
  busy = false;
  await until('all', patienceMs, () => done.at(-1) === 48 || undefined);
  expect(done).toEqual(numbers.filter((number) => number % 2 === 0));
  leisure.add([100]);
  await until('one that came later', patienceMs, () => done.at(-1) === 100 || undefined);
});
