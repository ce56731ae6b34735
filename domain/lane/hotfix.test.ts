import { expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber } from '../names.ts';
import { isUnderWay, makesWay } from './hotfix.ts';
import { emptyLane, type OpenDeployment } from './lane.ts';

const active: OpenDeployment = {
  deployment: deploymentNumber(87),
  release: releaseNumber(412),
  kind: 'rollout',
  key: 'a',
  started: true,
};
const lane = (changed: Partial<OpenDeployment> = {}) => ({ ...emptyLane, active: { ...active, ...changed } });

test.each([
  ['nothing', emptyLane, 'none', false, null],
  ['what has ended a moment ago', lane(), 'none', false, null],
  ['what has touched a region is undone', lane(), 'touched', false, 'undone'],
  ['or left where it is', lane(), 'touched', true, 'held'],
  ['what has touched nothing is cancelled', lane(), 'untouched', true, 'cancelled'],
  ['what finishes is awaited', lane(), 'finishing', false, 'awaited'],
  ['so is a rollback', lane({ kind: 'rollback' }), 'touched', false, 'awaited'],
  ['another hotfix makes way like any', lane({ hotfix: true }), 'touched', false, 'undone'],
] as const)('what makes way for a hotfix: %s', (_, state, reach, hold, how) => {
  expect(makesWay(state, { reach, hold })?.how ?? null).toBe(how);
});

test('what brings the release already is not stopped to be started again', () => {
  expect(isUnderWay(lane(), releaseNumber(412))?.deployment).toBe(87);
  expect(isUnderWay(lane(), releaseNumber(413))).toBeNull();
  expect(isUnderWay(lane({ kind: 'rollback' }), releaseNumber(412))).toBeNull();
  expect(isUnderWay(lane({ limited: true }), releaseNumber(412))).toBeNull();
  expect(isUnderWay(emptyLane, releaseNumber(412))).toBeNull();
});
