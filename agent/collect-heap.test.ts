import { expect, test } from '@jest/globals';
import { keepHeapSmall, ownHeap } from './collect-heap.ts';
import { until } from './testing/test-agent.ts';

const mebibytes = (count: number): number => count * 1024 * 1024;

test('the heap is collected soon after the start, and again whenever it has grown by 3 MiB since', async () => {
  let [used, looks, collections] = [mebibytes(15), 0, 0];
  const collect = (): void => {
    collections += 1;
    used = mebibytes(13);
  };
  const usedBytes = (): number => {
    looks += 1;
    return used;
  };
  const untilCollected = (times: number) =>
    until(
      () => collections === times,
      () => `it was collected ${collections} times`,
    );
  const kept = keepHeapSmall({ collect, usedBytes }, 1);
  try {
    await untilCollected(1);
    used = mebibytes(15.9);
    const seen = looks;
    await until(
      () => looks > seen + 5,
      () => 'it is not looked at',
    );
    expect(collections).toBe(1);
    used = mebibytes(16);
    await untilCollected(2);
  } finally {
    kept.close();
  }
});

test('buffers count, though they lie beside the heap', () => {
  const { usedBytes } = ownHeap();
  const before = usedBytes();
  const buffer = Buffer.alloc(mebibytes(64));
  expect(usedBytes() - before).toBeGreaterThan(mebibytes(48));
  expect(buffer).toHaveLength(mebibytes(64));
});
