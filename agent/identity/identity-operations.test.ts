import { describe, expect, it } from '@jest/globals';
import { described, disturb, disturbMs } from '../testing/operations/disturb.ts';
import { identityScenarioNames } from '../testing/operations/identity-scenarios.ts';

const scenarios = identityScenarioNames.map((name) => [described[name][0], name] as const);

describe('a host always has a certificate that its region lets in, or the key that gets it one', () => {
  it.each(
    [
      ['killed before and after', 'kill'],
      ['with a disk that fails at', 'fail'],
      ['with a disk that says that it failed at', 'fail-late'],
      ['with a full disk from', 'full'],
      ['without inodes from', 'inodes'],
      ['with its power lost after', 'power'],
    ].flatMap(([how, word]) => scenarios.map(([what, name]) => [how!, what, name, word!] as const)),
  )(
    '%s any operation of %s',
    async (_how, _what, name, word) => {
      const { broken, operations, runs } = await disturb(name, word);
      expect(broken).toEqual([]);
      expect(operations).toBeGreaterThanOrEqual(described[name][1]);
      expect(runs).toBeGreaterThanOrEqual(operations / 2);
    },
    disturbMs,
  );
});
