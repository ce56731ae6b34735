import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, durationText, percentOf } from './quantities.ts';

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['5s', 5000],
    ['10m', 600_000],
    ['4h', 14_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  test.each(['', '5', 's', '5 s', '-5s', '1.5h', '5S', '1d', '1h30m', '9999999999s', '5s\n'])('%j is none', (text) => {
    expect(durationMs(text)).toBeNull();
  });

  test('what is written for a number of ms reads back as that number', () => {
    fc.assert(fc.property(fc.nat(10_000_000), (ms) => durationMs(durationText(ms)) === ms));
  });
});

describe('percentages', () => {
  test.each([
    ['0%', 0],
    ['10%', 10],
    ['0.25%', 0.25],
    ['100%', 100],
  ])('%s', (text, percent) => expect(percentOf(text)).toBe(percent));

  test.each(['', '%', '10', '101%', '-1%', '1e1%', '0.125%', '999%', ' 5%'])('%j is none', (text) => {
    expect(percentOf(text)).toBeNull();
  });
});
