import { expect, test } from '@jest/globals';
import { regionName, releaseNumber } from '../names.ts';
import { goBack } from './go-back.ts';
import { rollbackHistory } from './rollback-history.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const [old, current, newer] = [9, 10, 11].map(releaseNumber) as [never, never, never];
const successes = [old, current].map((release) => ({ kind: 'rollout' as const, release }));
const history = { successes, deployable: new Set([old, current, newer]), leftHeld: false, partials: [] };
const inEu = { ...history, partials: [{ kind: 'rollout' as const, release: newer, regions: [eu] }] };

const ending = (release: number, regions?: readonly (typeof eu)[], isRecorded = false) => ({
  kind: 'rollout' as const,
  release: releaseNumber(release),
  regions,
  isRecorded,
});

test.each([
  ['one that finishes in eu-west', history, [eu, us], ending(11, [eu]), { release: 10, regions: [eu] }],
  ['the same, once that is recorded', inEu, [us], ending(11, [eu], true), { release: 10, regions: [eu] }],
  ['one that finishes everywhere', history, [eu, us], ending(11), { release: 10 }],
  ['one that finishes what has begun', inEu, [us], ending(11, [us]), { release: 10, regions: [eu, us] }],
  ['one that brings eu-west back', inEu, [us], ending(10, [eu]), { release: 9 }],
] as const)('what ran before %s does not depend on when it is asked', (_, stored, running, last, back) => {
  expect(goBack(rollbackHistory({ ...stored, running: new Set(running) }, last), {})).toEqual(back);
});
