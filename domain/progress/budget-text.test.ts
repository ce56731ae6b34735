import { expect, test } from '@jest/globals';
import { budgetText } from './budget-text.ts';
import type { StagedRegion } from './stages.ts';
import { apSouth, euWest, inRegion, usEast } from './why.fixture.ts';

const budget = { failedPercent: 5, cap: 150 };
const rule = '(of the hosts switched in a region 5 % may fail, at most 150, none of its first batch)';
const failing = (region: StagedRegion['region'], failed: number, switched: number, more: Partial<StagedRegion> = {}) =>
  inRegion(region, 'rolling', { hosts: { total: 5_000, switched, healthy: switched - failed, failed }, ...more });

test.each<[string, readonly StagedRegion[], string | null]>([
  ['nothing before it has begun', [inRegion(euWest, 'ready')], null],
  ['that none has failed', [failing(usEast, 0, 100)], `none ${rule}`],
  ['a share of the hosts switched', [failing(usEast, 3, 2_480)], `us-east 3 of 124 allowed ${rule}`],
  ['no more than the cap', [failing(usEast, 3, 4_960)], `us-east 3 of 150 allowed ${rule}`],
  ['none in a first batch', [failing(usEast, 1, 100, { batch: 1 })], `us-east 1 of 0 allowed ${rule}`],
  [
    'a share while the only batch is watched',
    [failing(usEast, 1, 100, { batch: 1, state: 'baking' })],
    `us-east 1 of 5 allowed ${rule}`,
  ],
  [
    'every region by itself',
    [failing(euWest, 0, 40), failing(usEast, 2, 100), failing(apSouth, 1, 2_480)],
    `us-east 2 of 5 allowed, ap-south 1 of 124 allowed ${rule}`,
  ],
  ['nothing once it goes back', [failing(usEast, 3, 100, { state: 'undoing' })], null],
])('of failed hosts is told %s', (_, regions, text) => expect(budgetText(budget, regions)).toBe(text));
