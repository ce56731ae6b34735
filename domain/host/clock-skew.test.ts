import { expect, test } from '@jest/globals';
import { clockText } from './clock-skew.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test.each([
  [null, null],
  [0, null],
  [5 * minute, null],
  [-5 * minute, null],
  [6 * minute + 3, "6 min ahead of its gateway's"],
  [-hour, "1 h behind its gateway's"],
  [hour - 3, "1 h ahead of its gateway's"],
  [7 * hour + 3, "7 h ahead of its gateway's"],
  [365 * day - 3, "365 d ahead of its gateway's"],
  [365 * day + 3, "365 d ahead of its gateway's"],
])('a clock that is ahead by %d ms is told as: %s', (aheadMs, text) => expect(clockText(aheadMs)).toBe(text));
