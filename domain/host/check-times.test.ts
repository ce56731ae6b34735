import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkDelayMs } from './check-times.ts';

const numbers = { startPeriodMs: 1_000, intervalMs: 1_000, timeoutMs: 50, healthyAfter: 2, unhealthyAfter: 3 };
const asked = { ...numbers, http: '/healthz' };
const id = fc.uuid();

describe('the time between two checks', () => {
  it('is never longer than the spec says, and at most a tenth shorter', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 100_000 }), (instance, n) => {
        const delayMs = checkDelayMs(asked, instance, n);
        expect(delayMs).toBeGreaterThanOrEqual(900);
        expect(delayMs).toBeLessThanOrEqual(1_000);
        expect(checkDelayMs(asked, instance, n)).toBe(delayMs);
      }),
    );
  });

  it('spreads instances that started together over the whole tenth', () => {
    const delays = Array.from({ length: 1_000 }, (_, n) => checkDelayMs(asked, `host-${n}`, 1));
    const tenths = Array.from({ length: 10 }, (_, tenth) =>
      delays.filter((delayMs) => delayMs >= 900 + tenth * 10 && delayMs < 910 + tenth * 10),
    );
    expect(Math.min(...tenths.map(({ length }) => length))).toBeGreaterThan(50);
  });

  it('is nothing before the first, and a whole interval always where only its process is looked at', () => {
    expect(checkDelayMs(asked, 'x', 0)).toBe(0);
    expect([0, 1, 2].map((n) => checkDelayMs({ ...numbers, process: true }, 'x', n))).toEqual([1_000, 1_000, 1_000]);
  });
});
