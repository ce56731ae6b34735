import { expect, test } from '@jest/globals';
import { closestName } from './closest-name.ts';

const names = ['service', 'build', 'checks', 'run', 'health', 'approve', 'rollout', 'rollback'];

test.each([
  ['rum', 'run'],
  ['heatlh', 'health'],
  ['Service', 'service'],
  ['rolback', 'rollback'],
  ['check', 'checks'],
])('%s was meant to be %s', (typed, meant) => expect(closestName(typed, names)).toBe(meant));

test.each(['xyz', '', 'deployment', 'a'.repeat(60_000)])('%.20s is close to no name', (typed) => {
  expect(closestName(typed, names)).toBeNull();
});
