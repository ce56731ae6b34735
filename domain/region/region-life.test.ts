import { describe, expect, test } from '@jest/globals';
import { regionName, serviceName } from '../names.ts';
import { decideDrain, decideRemove, type RegionStanding } from './region-life.ts';

const region = regionName('us-east');
const drain = { by: 'ada', reason: 'moves out', since: '2026-11-27T05:00:00.000Z' };
const empty: RegionStanding = { region, drain, liveHosts: 0, obligations: 0, open: [], namedBy: [] };

describe('a region is removed', () => {
  test.each<[string, Partial<RegionStanding>, string | null, boolean]>([
    ['when nothing is left of it', {}, null, true],
    [
      'not before it is drained',
      { drain: null },
      'us-east is not drained: deployments may begin there at any time',
      false,
    ],
    ['not while hosts report, unless a person insists', { liveHosts: 2 }, '2 hosts of us-east still report', true],
    ['not while one does', { liveHosts: 1 }, '1 host of us-east still reports', true],
    [
      'not while it owes something, unless a person insists',
      { obligations: 1 },
      'us-east still owes 1 step of deployments that have ended',
      true,
    ],
    [
      'never under an open deployment',
      { open: ['checkout/87'] },
      'checkout/87 goes to us-east and has not ended',
      false,
    ],
    [
      'never under services that go there',
      { namedBy: [serviceName('cart'), serviceName('mail')] },
      'the current releases of cart, mail go to us-east: take it out of slipway.yaml and merge that',
      false,
    ],
    [
      'never under many, which are not all named',
      { open: ['a/1', 'b/1', 'c/1', 'd/1', 'e/1', 'f/1', 'g/1'] },
      'a/1, b/1, c/1, d/1, e/1 and 2 more go to us-east and have not ended',
      false,
    ],
  ])('%s', (_what, standing, reason, byForce) => {
    const decision = decideRemove({ ...empty, ...standing }, false);
    expect(decision).toEqual(reason === null ? { do: 'change' } : { do: 'refuse', reason, forceable: byForce });
    expect(decideRemove({ ...empty, ...standing }, true).do).toBe(byForce ? 'change' : 'refuse');
  });
});

test.each([
  [null, true, 'change'],
  [drain, true, 'same'],
  [drain, false, 'change'],
  [null, false, 'same'],
] as const)('a region that was drained: %j, asked for %s', (before, on, expected) => {
  expect(decideDrain({ drain: before }, on).do).toBe(expected);
});
