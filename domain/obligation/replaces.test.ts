import { describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import { placeObligation, replacesObligation } from './replaces.ts';
import type { OwedStep } from './replaces.ts';

const owed = (kind: OwedStep['kind'], deployment: number, local = 0, controlRevision = 0): OwedStep => ({
  kind,
  attempt: { deployment: deploymentNumber(deployment), local },
  controlRevision,
});

describe('an obligation takes the place of another', () => {
  test.each([
    ['a higher deployment that was written there', owed('undo', 2), owed('undo', 1), true, true],
    ['a higher deployment that skipped the region', owed('undo', 2), owed('undo', 1), false, false],
    ['a lower deployment', owed('finish', 1), owed('undo', 2), true, false],
    ['a repeat', owed('undo', 1), owed('undo', 1), true, false],
    ['an undo after a hold', owed('undo', 1), owed('hold', 1, 0, 3), true, true],
    ['a hold after an undo', owed('hold', 1, 0, 9), owed('undo', 1), true, false],
    ['a later hold', owed('hold', 1, 0, 4), owed('hold', 1, 0, 3), true, true],
    ['an older hold', owed('hold', 1, 0, 2), owed('hold', 1, 0, 3), true, false],
    ['a finish after a hold', owed('finish', 1, 0, 4), owed('hold', 1, 0, 3), true, true],
    ['an undo of a higher local attempt', owed('undo', 1, 1), owed('undo', 1, 0), false, true],
  ] as const)('%s', (_name, newer, older, written, expected) => {
    expect(replacesObligation(newer, older, written)).toBe(expected);
  });
});

describe('an obligation that is recorded', () => {
  const [undo1, undo2, finish1, hold1] = [owed('undo', 1), owed('undo', 2), owed('finish', 1), owed('hold', 1, 0, 3)];

  test.each<[name: string, owed: OwedStep[], fresh: OwedStep, written: number, stored: boolean, replaced: OwedStep[]]>([
    ['where nothing is owed is stored', [], undo1, 1, true, []],
    ['again is not stored twice', [undo1], owed('undo', 1), 1, false, []],
    ['takes the place of all that it replaces', [hold1, finish1], undo1, 1, true, [hold1, finish1]],
    ['of a deployment that was written there replaces an older one', [undo1], undo2, 2, true, [undo1]],
    ['of the deployment before the one written there does too', [undo1], undo2, 3, true, [undo1]],
    ['of a deployment that never came there stands beside an older one', [undo1], undo2, 1, true, []],
    ['older than one that was written there is not stored', [undo2], undo1, 2, false, []],
    ['older than one that was written last there is not stored', [undo2], undo1, 3, false, []],
    ['older than one that never came there stands beside it', [undo2], undo1, 1, true, []],
    ['after an undo of the same deployment is not stored', [undo1], owed('hold', 1, 0, 9), 1, false, []],
    ['replaces nothing where one owed takes its place', [undo1, hold1], owed('hold', 1, 0, 4), 1, false, []],
    ['is not stored where one of several takes its place', [undo1, owed('undo', 3)], undo2, 3, false, []],
  ])('%s', (_name, owes, fresh, written, stored, replaced) => {
    expect(placeObligation(owes, fresh, written)).toEqual({ stored, replaced });
  });
});
