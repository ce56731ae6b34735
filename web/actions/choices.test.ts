import { expect, test } from '@jest/globals';
import type { DeploymentPlan, Release, Service } from '../client/api.ts';
import {
  plannedRegions,
  queueLabel,
  ranLast,
  regionsAfter,
  regionsToTick,
  releasesBack,
  releasesToBring,
  runsLast,
} from './choices.ts';

const release = (number: number, state: Release['state']): Release => ({
  release: `checkout@${number}`,
  service: 'checkout',
  number,
  state,
  commit: 'a'.repeat(40),
  subject: 'Fix',
  authors: ['lin'],
  digest: null,
  totalBytes: null,
  createdAt: '2026-11-25T12:00:00Z',
  lastOutcome: null,
  regions: [],
});
const releases = [
  release(5, 'building'),
  release(4, 'ready'),
  release(3, 'admitted'),
  release(2, 'blocked'),
  release(1, 'admitted'),
];
const numbers = (of: readonly Release[]): number[] => of.map(({ number }) => number);

test('what is ready can be deployed, as a hotfix also what is built still', () => {
  expect(numbers(releasesToBring(releases, { isHotfix: false }))).toEqual([4, 3, 1]);
  expect(numbers(releasesToBring(releases, { isHotfix: true }))).toEqual([5, 4, 3, 1]);
});

test('a rollback goes to what was let run before, and not to what runs', () => {
  expect(numbers(releasesBack(releases, 3))).toEqual([1]);
  expect(numbers(releasesBack(releases, null))).toEqual([3, 1]);
});

test.each([
  ['may still be aborted', null, false, 3],
  ['is past its point of no return', null, true, 4],
  ['is live', 'succeeded', false, 4],
] as const)('what is gone back from when a deployment %s', (_, outcome, pointOfNoReturn, last) => {
  expect(ranLast({ release: 4, from: 3, outcome, pointOfNoReturn })).toBe(last);
});

test.each([
  ['waits for nothing', null, 3],
  ['has a deployment that may still be aborted', { pointOfNoReturn: false }, 3],
  ['has one past its point of no return', { pointOfNoReturn: true }, 4],
  ['is told of by an earlier version', {}, 3],
] as const)('what is gone back from by a service that %s', (_, active, last) => {
  const service = { active: active && { release: 4, ...active }, currentRelease: 3 } as unknown as Service;
  expect(runsLast(service)).toBe(last);
});

test('regions are those of the plan, in the order of its stages', () => {
  const stage = (...names: string[]) => ({ regions: names.map((region) => ({ region, hosts: null })) });
  const plan = { stages: [stage('eu-west'), stage('us-east', 'ap-south')] } as unknown as DeploymentPlan;
  expect(plannedRegions(plan)).toEqual(['eu-west', 'us-east', 'ap-south']);
});

test.each([
  [undefined, false, null],
  [[], true, 'Let it wait until it may begin'],
  [['lock'], false, 'Let it wait until the lane is unlocked'],
  [['freeze'], false, 'Let it wait until the freeze is over'],
  [['lock', 'freeze'], true, 'Let it wait until the lane is unlocked and the freeze is over'],
] as const)('what may wait for %j, chosen %j, has the box: %s', (mayWaitFor, isChosen, label) => {
  expect(queueLabel(mayWaitFor, isChosen)).toBe(label);
});

test('a region that was chosen stays on screen when another release does not go there, and can be taken out', () => {
  expect(regionsToTick(['eu-west'], ['ap-south'])).toEqual(['eu-west', 'ap-south']);
  expect(regionsAfter(['eu-west'], ['eu-west', 'ap-south'])).toEqual(['eu-west', 'ap-south']);
  expect(regionsAfter(['eu-west'], ['eu-west'])).toBeUndefined();
});

test('boxes are those of the plan, none while it is not known', () => {
  expect(regionsToTick(['eu-west', 'ap-south'], ['eu-west'])).toEqual(['eu-west', 'ap-south']);
  expect(regionsToTick([], ['eu-west', 'ap-south'])).toEqual([]);
  expect(regionsAfter(['eu-west', 'ap-south'], ['ap-south'])).toEqual(['ap-south']);
});
