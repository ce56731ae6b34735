import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { levelOf, openLoadGate, type LoadLevel } from './load-gate.ts';

test.each<[number, number, LoadLevel]>([
  [0, 0, 'calm'],
  [149, 1_999, 'calm'],
  [150, 0, 'busy'],
  [0, 2_000, 'busy'],
  [999, 5_999, 'busy'],
  [1_000, 0, 'full'],
  [0, 6_000, 'full'],
  [1_999, 11_999, 'full'],
  [2_000, 0, 'overrun'],
  [0, 12_000, 'overrun'],
])('an event loop that is %d ms late while %d requests wait is %s', (lateMs, waiting, level) => {
  expect(levelOf({ lateMs, waiting })).toBe(level);
});

test('a loop whose turns take a fifth of a second is busy', async () => {
  const gate = openLoadGate(
    () => 0,
    () => undefined,
  );
  let turns = 0;
  const working = setInterval(() => {
    turns += 1;
    for (const until = performance.now() + 210; performance.now() < until;);
  }, 1);
  while (turns < 15) await delay(1);
  expect(gate.level()).not.toBe('calm');
  clearInterval(working);
  gate.stop();
});

test('a loop that is held up is found out, and that it is free again', async () => {
  const levels: LoadLevel[] = [];
  const gate = openLoadGate(
    () => 0,
    (level) => levels.push(level),
  );
  const working = setInterval(() => {
    for (const until = performance.now() + 1_300; performance.now() < until;);
  }, 1);
  while (!levels.some((level) => level === 'full' || level === 'overrun')) await delay(1);
  clearInterval(working);
  while (gate.level() !== 'calm') await delay(10);
  expect(levels.at(-1)).toBe('calm');
  gate.stop();
});
