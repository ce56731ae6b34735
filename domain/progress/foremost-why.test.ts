import { expect, test } from '@jest/globals';
import { foremostWhy } from './foremost-why.ts';

const [moves, asks] = [{ needsSomeone: false }, { needsSomeone: true }];
const [deploymentMoves, deploymentAsks] = [
  { ...moves, of: 'deployment' },
  { ...asks, of: 'deployment' },
];
const [serviceIsSilent, serviceIsLocked] = [
  { ...moves, of: 'service' },
  { ...asks, of: 'service' },
];

test.each([
  [null, null, null],
  [null, serviceIsSilent, serviceIsSilent],
  [deploymentMoves, null, deploymentMoves],
  [deploymentMoves, serviceIsSilent, deploymentMoves],
  [deploymentMoves, serviceIsLocked, serviceIsLocked],
  [deploymentAsks, serviceIsLocked, deploymentAsks],
])('of %j and %j people are told %j', (ofDeployment, ofService, told) => {
  expect(foremostWhy(ofDeployment, ofService)).toBe(told);
});
