import { expect, test } from '@jest/globals';
import { agoText, durationText, shortDuration } from './durations.ts';

test.each([
  [-5, '0 s', '0:00', '0 s'],
  [4_900, '4 s', '0:04', '4 s'],
  [60_000, '1 min', '1:00', '1 min'],
  [250_000, '4 min 10 s', '4:10', '4 min'],
  [3_600_000, '1 h', '1:00:00', '1 h'],
  [13_210_000, '3 h 40 min', '3:40:10', '3 h'],
  [190_800_000, '2 d 5 h', '53:00:00', '2 d'],
])('%d ms: %s, %s, %s ago', (ms, long, short, ago) => {
  expect([durationText(ms), shortDuration(ms), agoText(ms)]).toEqual([long, short, ago]);
});
