import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isValidAt, lifeFrom, renewAtMs, usualLifeMs } from './certificate-life.ts';

const dayMs = 86_400_000;
const life = lifeFrom(0, usualLifeMs);

describe('the life of a certificate', () => {
  it('begins ten minutes before it was made and ends after ninety days', () => {
    expect([-600_001, -600_000, 0, 90 * dayMs, 90 * dayMs + 1].map((at) => isValidAt(life, at))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it('is renewed on day 30 or 31, each host at its own hour', () => {
    expect(Math.floor(renewAtMs(life, 0) / dayMs)).toBe(29);
    expect(Math.floor(renewAtMs(life, 0.5) / dayMs)).toBe(30);
    expect(renewAtMs(life, 1) - renewAtMs(life, 0)).toBeGreaterThan(dayMs);
    expect(renewAtMs(life, 1) - renewAtMs(life, 0)).toBeLessThan(1.01 * dayMs);
  });

  it('is renewed with more than half of it left, however long it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 1_000 * dayMs }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (ms, share) => {
          const some = lifeFrom(0, ms);
          const left = (some.notAfterMs - renewAtMs(some, share)) / (some.notAfterMs - some.notBeforeMs);
          expect(left).toBeGreaterThan(0.5);
          expect(left).toBeLessThan(0.67);
        },
      ),
    );
  });
});
