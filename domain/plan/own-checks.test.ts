import { expect, test } from '@jest/globals';
import type { DeploymentKind } from '../states.ts';
import { checksBeforeAdmission } from './own-checks.ts';

const checks = { run: 'npm test', timeoutMs: 60_000, required: undefined } as never;
const own = { run: 'npm test', timeoutMs: 60_000 };

test.each<[string, DeploymentKind, boolean, object | null]>([
  ['of a release that was never admitted have to pass', 'roll-forward', false, own],
  ['of a merge as well', 'rollout', false, own],
  ['of one that was admitted were run then', 'roll-forward', true, null],
  ['of a rollback are not run', 'rollback', false, null],
])('checks %s', (_, kind, wasAdmitted, expected) => {
  expect(checksBeforeAdmission(kind, { checks }, wasAdmitted)).toEqual(expected);
});

test('a spec without a command has nothing to run', () => {
  expect(checksBeforeAdmission('roll-forward', { checks: null }, false)).toBeNull();
  expect(
    checksBeforeAdmission('roll-forward', { checks: { ...(checks as object), run: null } as never }, false),
  ).toBeNull();
});
