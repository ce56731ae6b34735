import { describe, expect, it } from '@jest/globals';
import { described, disturb, disturbMs } from './testing/operations/disturb.ts';
import type { ScenarioName } from './testing/operations/scenarios.ts';

// All scenarios in all ways take many minutes: npm run bench -- operations.
const row = (name: ScenarioName): readonly [string, ScenarioName] => [described[name][0], name];

async function expectNoneBroken(name: ScenarioName, how: string): Promise<void> {
  const { broken, operations, runs } = await disturb(name, how);
  expect(broken).toEqual([]);
  expect(operations).toBeGreaterThanOrEqual(described[name][1]);
  expect(runs).toBeGreaterThanOrEqual(operations);
}

describe('a disk that fails', () => {
  it.each([row('revert'), row('undo'), row('rollback')])(
    'at any one operation of %s costs an attempt, and nothing else',
    (_what, name) => expectNoneBroken(name, 'fail'),
    disturbMs,
  );
});

describe('a full disk', () => {
  it.each([row('first'), row('undo'), row('rollback')])(
    'from any operation of %s on makes no mixed tree, and bars no way back',
    (_what, name) => expectNoneBroken(name, 'full'),
    disturbMs,
  );
});

describe("a full quota of the agent's account, on a disk with space for others", () => {
  it.each([row('undo'), row('rollback-alone')])(
    'from any operation of %s on keeps it from nothing',
    (_what, name) => expectNoneBroken(name, 'quota'),
    disturbMs,
  );
});

describe('a disk without inodes', () => {
  it.each([row('finish'), row('undo'), row('rollback'), row('rollback-alone')])(
    'from any operation of %s on keeps it from nothing',
    (_what, name) => expectNoneBroken(name, 'inodes'),
    disturbMs,
  );
});
