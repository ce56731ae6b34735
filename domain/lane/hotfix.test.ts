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

test.each([
  ['its hooks are taken back', { hooked: true }, false, 'undone'],
  ['its hooks stay as they are', { hooked: true }, true, 'held'],
  ['it is being undone already', { hooked: true, ends: 'undo' }, true, 'undone'],
  ['it is being held already', { hooked: true, ends: 'hold' }, false, 'held'],
  ['it was stopped before anything had run', { ends: 'undo' }, true, 'cancelled'],
] as const)('what has touched no region makes way for a hotfix: %s', (_, more, hold, how) => {
  expect(makesWay(lane(), { reach: 'untouched', ...more, hold })?.how).toBe(how);
});

test.each([
  ['undo', false, 'undone'],
  ['hold', true, 'held'],
  ['undo', true, 'undone'],
  ['hold', false, 'held'],
] as const)('what ends by %s already does so, also when hold is %s', (ends, hold, how) => {
  expect(makesWay(lane(), { reach: 'touched', ends, hold })?.how).toBe(how);
});

test('what brings the release already is not stopped to be started again', () => {
  expect(isUnderWay(lane(), releaseNumber(412))?.deployment).toBe(87);
  expect(isUnderWay(lane(), releaseNumber(413))).toBeNull();
  expect(isUnderWay(lane({ kind: 'rollback' }), releaseNumber(412))).toBeNull();
  expect(isUnderWay(lane({ limited: true }), releaseNumber(412))).toBeNull();
  expect(isUnderWay(emptyLane, releaseNumber(412))).toBeNull();
});
