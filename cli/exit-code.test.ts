import { expect, test } from '@jest/globals';
import { deploymentNumber } from '../domain/names.ts';
import { problemKinds, problemOf, type ProblemCode } from '../protocol/api/problems.ts';
import type { Deployment } from '../protocol/api/deployment.ts';
import { ApiProblemError, ApiUnreachableError } from './api-client.ts';
import { exitCodeOfDeployment, exitCodeOfError, exitCodeOfUndo } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

const region = (state: Deployment['regions'][number]['state']) => ({ state }) as Deployment['regions'][number];
const ended = (
  outcome: Deployment['outcome'],
  regions: Deployment['regions'] = [],
  pending: Deployment['pending'] = [],
): Deployment => ({ outcome, regions, pending }) as unknown as Deployment;

test.each([
  ['live everywhere', ended('succeeded', [region('done')]), 0],
  ['live, with a region left out', ended('succeeded', [region('done'), region('skipped')]), 0],
  ['undone everywhere', ended('undone', [region('undone'), region('pending')]), 5],
  [
    'undone, but for a region that is away',
    ended('undone', [region('undone'), region('unreachable')], ['ap-south'] as never),
    6,
  ],
  ['failed before it touched anything', ended('failed'), 5],
  ['failed with hosts left on it', ended('failed', [region('undone'), region('rolling')]), 6],
  ['undone, but for a hook', { ...ended('failed', [region('undone')]), notUndone: [{}] } as unknown as Deployment, 6],
  ['undone, before it came to a region that has its copy', ended('undone', [region('undone'), region('ready')]), 5],
  ['undone, but for a region that went on', ended('undone', [region('undone'), region('skipped')]), 6],
  ['left where it was', ended('cancelled', [region('rolling')]), 6],
  ['rejected', ended('rejected', [region('replicating'), region('ready')]), 5],
  ['superseded: it goes on under another number', { ...ended('superseded'), goesOnAs: deploymentNumber(88) }, 7],
  ['superseded: what it brings was taken back', { ...ended('superseded'), goesOnAs: null }, 3],
  ['cancelled', ended('cancelled'), 5],
  ['still open', ended(null, [region('rolling')]), 7],
] as const)('a deployment that is %s', (_, deployment, code) => {
  expect(exitCodeOfDeployment(deployment)).toBe(code);
});

test.each([
  ['is back everywhere', ended('undone', [region('undone'), region('pending')]), 0],
  ['still owes a region', ended('undone', [region('undone'), region('unreachable')], ['ap-south'] as never), 6],
  ['somebody left held', ended('cancelled', [region('rolling')]), 7],
  ['went live all the same', ended('succeeded', [region('done')]), 7],
  ['is still open', ended(null, [region('undoing')]), 7],
] as const)('a rollback by the undo of a deployment that %s', (_, deployment, code) => {
  expect(exitCodeOfUndo(deployment)).toBe(code);
});

const codes: Partial<Record<ProblemCode, number>> = {
  'invalid-request': 2,
  'lane-locked': 3,
  'state-changed': 3,
  refused: 3,
  'nothing-to-roll-back-to': 3,
  'sign-in': 4,
  'not-allowed': 4,
  'own-change': 4,
  'not-found': 8,
  'release-not-found': 8,
  internal: 1,
  unavailable: 1,
};

test.each(Object.entries(codes))('the problem %s ends with %i', (code, exitCode) => {
  expect(exitCodeOfError(new ApiProblemError(problemOf(code as ProblemCode, { detail: '' })))).toBe(exitCode);
});

test('every problem has an exit code other than success', () => {
  for (const code of Object.keys(problemKinds) as ProblemCode[])
    expect(exitCodeOfError(new ApiProblemError(problemOf(code, { detail: '' })))).toBeGreaterThan(0);
});

test('faults, mistakes, and a problem that a newer api made up', () => {
  expect(exitCodeOfError(new ApiUnreachableError('no'))).toBe(1);
  expect(exitCodeOfError(new TypeError('bug'))).toBe(1);
  expect(exitCodeOfError(new UsageError('no'))).toBe(2);
  const unknown = { type: 'https://slipway.dev/problems/brand-new', title: '', status: 418, retryable: false };
  expect(exitCodeOfError(new ApiProblemError(unknown))).toBe(1);
});
