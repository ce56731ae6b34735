import { describe, expect, it } from '@jest/globals';
import { disturb, disturbMs, firstInstallation, scenarios } from './testing/operations/disturb.ts';

describe('promise 3: after any crash a host runs exactly the new or the previous release', () => {
  it.each([firstInstallation, ...scenarios])(
    'killed before and after every file-system operation of %s',
    async (_what, scenario, least) => {
      const { broken, operations, runs } = await disturb(scenario, 'kill');
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(least);
      expect(runs).toBeGreaterThanOrEqual(2 * operations);
    },
    disturbMs,
  );
});
