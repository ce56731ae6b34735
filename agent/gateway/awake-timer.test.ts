import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { awakeTimer } from './awake-timer.ts';

const partMs = 300;
const ms = 8 * partMs;
const keepFromProcessor = (forMs: number): unknown =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
const after = (afterMs: number, act: () => unknown): unknown => setTimeout(act, afterMs);

/** Answers each line with itself. */
let other: ChildProcess;
let told: string[];
beforeEach(async () => {
  told = [];
  other = spawn('/bin/cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  other.stdin!.write('ready\n');
  await once(other.stdout!, 'data');
});
afterEach(() => void other.kill());

const over = (): Promise<void> =>
  new Promise((resolve) => {
    awakeTimer(ms, () => {
      told.push('over');
      resolve();
    });
  });

test('a conversation that was under way when this process was kept from its processor goes on before its time is over', async () => {
  let turns = 0;
  other.stdout!.on('data', () => {
    told.push(`turn ${++turns}`);
    if (turns < 3) other.stdin!.write('next\n');
  });
  // What a time-out of one timer says.
  after(ms, () => told.push('a timer'));
  const waited = over();
  other.stdin!.write('first\n');
  keepFromProcessor(3 * ms);
  await waited;
  expect(told).toEqual(['a timer', 'turn 1', 'turn 2', 'turn 3', 'over']);
});

test('what came in its last part is read before it is over', async () => {
  other.stdout!.on('data', () => told.push('answer'));
  const pause = (): void => {
    other.stdin!.write('late\n');
    keepFromProcessor(ms);
  };
  // After the turn's timers, so that the next turn begins with those that are over by then.
  after(7.5 * partMs, () => setImmediate(pause));
  await over();
  expect(told).toEqual(['answer', 'over']);
});

test('it takes its time, and no more', async () => {
  const startedAt = performance.now();
  await over();
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(ms - 10);
  expect(tookMs).toBeLessThan(5 * ms);
});

test.each([
  ['in its first part', partMs / 2, 0],
  ['between two of them', 4 * partMs + 5, 0],
  ['when its last timer is over and nothing was read yet', 8 * partMs + partMs / 2, 7.5 * partMs],
])('one that is ended says nothing: %s', async (_when, endedAtMs, keptFromMs) => {
  const end = awakeTimer(ms, () => told.push('over'));
  if (keptFromMs > 0) after(keptFromMs, () => keepFromProcessor(ms));
  after(endedAtMs, end);
  await new Promise((resolve) => after(3 * ms, resolve as () => void));
  expect(told).toEqual([]);
});
