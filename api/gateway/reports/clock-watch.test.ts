import { beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../domain/names.ts';
import { watchClocks, type ClockWatch } from './clock-watch.ts';

const [a, b] = [hostId('a'), hostId('b')];
const minute = 60_000;
let nowMs: number;
let told: (readonly [string, boolean])[];
let clocks: ClockWatch;

beforeEach(() => {
  [nowMs, told] = [0, []];
  clocks = watchClocks({ onChange: (host, { isOff }) => void told.push([host, isOff]), now: () => nowMs });
});

test('hosts whose clocks are off, ahead or behind, are counted, and told of once until they are right again', () => {
  for (const clockAheadMs of [0, 5 * minute, 6 * minute, 7 * minute]) clocks.hear(a, { clockAheadMs });
  clocks.hear(b, { clockAheadMs: -6 * minute });
  expect(clocks.off()).toBe(2);
  clocks.hear(a, { clockAheadMs: minute });
  expect(clocks.off()).toBe(1);
  expect(told).toEqual([
    ['a', true],
    ['b', true],
    ['a', false],
  ]);
});

test('a report that says nothing of the clock changes nothing', () => {
  clocks.hear(a, {});
  clocks.hear(b, { clockAheadMs: 6 * minute });
  clocks.hear(b, {});
  expect([clocks.off(), told]).toEqual([1, [['b', true]]]);
});

test('a host that is silent is not counted, and told of again when it comes back as it was', () => {
  clocks.hear(a, { clockAheadMs: 6 * minute });
  nowMs = 149_000;
  expect(clocks.off()).toBe(1);
  nowMs = 150_000;
  expect(clocks.off()).toBe(0);
  clocks.hear(a, { clockAheadMs: 6 * minute });
  expect(clocks.off()).toBe(1);
  expect(told).toEqual([
    ['a', true],
    ['a', true],
  ]);
});
