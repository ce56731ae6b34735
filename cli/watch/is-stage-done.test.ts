import { expect, test } from '@jest/globals';
import type { DeploymentStep } from '../../protocol/api/deployment.ts';
import { deploymentOf } from '../shown.fixture.ts';
import { isStageDone } from './is-stage-done.ts';

const stage = (name: string, state: DeploymentStep['state']): DeploymentStep => ({
  kind: 'stage',
  name,
  state,
  startedAt: null,
  endedAt: null,
  note: null,
});
const atWorld = [stage('canary', 'done'), stage('world', 'running')];

test.each([
  ['through', { steps: atWorld }, true],
  ['under way', { steps: [stage('canary', 'running'), stage('world', 'pending')] }, false],
  ['not planned yet', { steps: [] }, false],
  ['through, and being undone', { steps: atWorld, state: 'undoing' }, false],
  ['through, in one that was undone', { steps: atWorld, state: 'undone', outcome: 'undone' }, false],
] as const)('a stage that is %s', (_, change, expected) => {
  expect(isStageDone(deploymentOf({ ...change, steps: [...change.steps] }), 'canary')).toBe(expected);
});

test('a stage that the plan does not have is a mistake that names those it has', () => {
  const waits = (): boolean => isStageDone(deploymentOf({ steps: atWorld }), 'cannary');
  expect(waits).toThrow('checkout/2 has no stage cannary: it has canary, world');
});
