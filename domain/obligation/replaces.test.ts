import { describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import { replacesObligation } from './replaces.ts';
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
