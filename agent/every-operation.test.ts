import { describe, expect, it } from '@jest/globals';
import { described, disturb, disturbMs } from './testing/operations/disturb.ts';

// All scenarios in all ways take many minutes: npm run bench -- operations.
describe('promise 3: after any crash a host runs exactly the new or the previous release', () => {
  it.each(
    (['first', 'update', 'finish', 'undo', 'rollback', 'rollback-alone'] as const).map(
      (name) => [described[name][0], name] as const,
    ),
  )(
    'killed before and after every file-system operation of %s',
    async (_what, name) => {
      const { broken, operations, runs } = await disturb(name, 'kill');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(described[name][1]);
      expect(runs).toBeGreaterThanOrEqual(2 * operations);
    },
    disturbMs,
  );

  // What is before it is as in an update.
  it(
    `killed before and after every file-system operation of ${described['going-back'][0]}`,
    async () => {
      const { broken, runs } = await disturb('going-back', 'kill');
      expect(broken).toEqual([]);
      expect(runs).toBeGreaterThanOrEqual(100);
    },
    disturbMs,
  );
});
