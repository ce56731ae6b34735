import { describe, expect, it } from '@jest/globals';
import { disturb, disturbMs, scenarios } from './testing/operations/disturb.ts';

describe('a disk that fails', () => {
  it.each(scenarios)(
    'at any one operation of %s costs an attempt, and nothing else',
    async (_what, scenario, least) => {
      const { broken, operations, runs } = await disturb(scenario, 'fail');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(least);
      expect(runs).toBeGreaterThanOrEqual(operations);
    },
    disturbMs,
  );
});

describe('a full disk', () => {
  it.each(scenarios)(
    'from any operation of %s on makes no mixed tree, and bars no way back',
    async (_what, scenario, least) => {
      const { broken, operations, runs } = await disturb(scenario, 'full');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(least);
      expect(runs).toBeGreaterThanOrEqual(operations);
    },
    disturbMs,
  );
});
