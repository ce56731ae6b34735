import { describe, expect, it } from '@jest/globals';
import { disturb, disturbMs, scenarios } from './testing/operations/disturb.ts';

describe('a loss of power', () => {
  it.each(scenarios)(
    'after any operation of %s leaves whole releases, whatever is lost of what was not synced',
    async (_what, scenario, least) => {
      const { broken, operations, runs } = await disturb(scenario, 'power');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(least);
      expect(runs).toBeGreaterThanOrEqual(operations / 3);
    },
    disturbMs,
  );
});

describe('a damaged folder', () => {
  it.each([
    ['the next agent', 'damage'],
    ['the first agent after a boot', 'damage-boot'],
  ])(
    'is taken up by %s, whatever is damaged',
    async (_who, how) => {
      const { broken, runs } = await disturb('undo', how);
      expect(broken).toEqual([]);
      expect(runs).toBeGreaterThan(70);
    },
    disturbMs,
  );
});
