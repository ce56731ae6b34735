import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { awakeTimer } from './awake-timer.ts';

const pauseThisProcess = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('what came while this process was kept from its processor is read before its time is over', async () => {
  const other = spawn('/bin/sh', ['-c', 'echo ready; read line; sleep 0.2; echo answer']);
  try {
    await once(other.stdout, 'data');
    const told: string[] = [];
    other.stdout.on('data', (text: Buffer) => told.push(text.toString().trim()));
    // As every time-out was before: it shows that this test can fail.
    setTimeout(() => told.push('a timer'), 400);
    const over = new Promise<void>((resolve) => {
      awakeTimer(400, () => {
        told.push('over');
        resolve();
      });
    });
    other.stdin.end('\n');
    await once(other.stdin, 'finish');
    pauseThisProcess(1_500);
    await over;
    expect(told).toEqual(['a timer', 'answer', 'over']);
  } finally {
    other.kill();
  }
});

test('while nothing is in the way it takes its time, and no more', async () => {
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    awakeTimer(400, resolve);
  });
  expect(performance.now() - startedAt).toBeGreaterThan(390);
});

test('one that was ended says nothing, whenever that was', async () => {
  const told: string[] = [];
  const ends = [10, 60].map((atMs) => {
    const end = awakeTimer(80, () => told.push(`over after ${atMs}`));
    return new Promise<void>((resolve) => {
      setTimeout(() => {
        end();
        end();
        resolve();
      }, atMs);
    });
  });
  await Promise.all(ends);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told).toEqual([]);
});
