import { describe, expect, test } from '@jest/globals';
import { regionName } from '../names.ts';
import { answerAbort, endOfFinish, mayFinish, maySkip } from './finish.ts';
import type { RegionReadiness } from './finish.ts';

const [euWest, usEast] = ['eu-west', 'us-east'].map(regionName) as [never, never];
const regions = (...standings: readonly RegionReadiness['standing'][]): readonly RegionReadiness[] =>
  standings.map((standing, index) => ({ region: index === 0 ? euWest : usEast, standing }));

describe('a deployment may finish', () => {
  test.each([
    ['when every region is ready', regions('ready', 'ready'), true],
    ['when every region not skipped is ready', regions('ready', 'skipped'), true],
    ['not while a region is open', regions('ready', 'open'), false],
    ['not while a region is held', regions('ready', 'held'), false],
    ['not when every region was skipped', regions('skipped', 'skipped'), false],
    ['not without a region', regions(), false],
  ])('%s', (_when, of, expected) => {
    expect(mayFinish(of)).toBe(expected);
  });
});

test('the last region can’t be skipped', () => {
  expect(maySkip(regions('open', 'open'), euWest)).toBe(true);
  expect(maySkip(regions('open', 'skipped'), euWest)).toBe(false);
  expect(maySkip(regions('open'), euWest)).toBe(false);
});

test('abort is answered by what is recorded', () => {
  expect([answerAbort(false), answerAbort(true)]).toEqual(['abort', 'offer rollback']);
});

test('only regions that could not be reached owe their finish', () => {
  const answers = [
    { region: euWest, answer: 'skipped' },
    { region: usEast, answer: 'unreachable' },
  ] as const;
  expect(endOfFinish(answers)).toEqual({ outcome: 'succeeded', pending: [usEast] });
});
