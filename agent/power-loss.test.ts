import { describe, expect, it } from '@jest/globals';
import { described, disturb, disturbMs } from './testing/operations/disturb.ts';

// All scenarios take many minutes: npm run bench -- operations.
describe('a loss of power', () => {
  it.each((['update', 'finish', 'undo'] as const).map((name) => [described[name][0], name] as const))(
    'after any operation of %s leaves whole releases, whatever is lost of what was not synced',
    async (_what, name) => {
      const { broken, operations, runs } = await disturb(name, 'power');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(described[name][1]);
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
