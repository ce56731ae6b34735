import { expect, test } from '@jest/globals';
import { durationsOf, durationText } from './durations.ts';
import { hostsOnRelease, shownHosts } from './shown-hosts.ts';
import { staged, stagesOf } from './stages.ts';
import { apSouth, euWest, inRegion, usEast } from './why.fixture.ts';

test('hosts of regions that it has not begun in count as they last reported', () => {
  const regions = [inRegion(euWest, 'done'), inRegion(usEast, 'ready'), inRegion(apSouth, 'pending')];
  const untouched = regions.map((region) =>
    region.region === euWest ? region : { ...region, hosts: { total: 0, switched: 0, healthy: 0, failed: 0 } },
  );
  expect(shownHosts(untouched, new Map([[usEast, 20]]))).toEqual({ total: 30, onRelease: 3 });
});

test('hosts that went back run no longer what it brought', () => {
  expect(shownHosts([inRegion(euWest, 'undone'), inRegion(usEast, 'undoing')], new Map())).toEqual({
    total: 20,
    onRelease: 3,
  });
});

test.each([
  ['rolling, as far as it was reported', 'rolling', 5, 5],
  ['rolling, and further than was reported', 'rolling', 1, 3],
  ['rolling and silent', 'unreachable', null, 3],
  ['done, when later releases run there', 'done', 0, 3],
  ['being undone', 'undoing', 2, 2],
  ['being undone, and all are back', 'undoing', 0, 0],
  ['being undone and silent', 'undoing', null, 3],
  ['undone', 'undone', null, 0],
  ['undone but for one that is pinned', 'undone', 1, 1],
  ['not undone, as another went on there', 'skipped', 0, 0],
] as const)('of 4 hosts that were switched, 1 of which failed, in a region that is %s', (_, state, reported, hosts) => {
  expect(hostsOnRelease(inRegion(euWest, state), reported)).toBe(hosts);
});

test('a region is shown in its stage; a rollback has one for all', () => {
  const stages = [{ name: 'canary', regions: [euWest], batches: [], bakeMs: 0 }];
  const spec = { rollout: { stages } } as unknown as Parameters<typeof stagesOf>[1];
  const regions = [inRegion(euWest, 'done'), inRegion(usEast, 'done')];
  const stageNames = (kind: 'rollout' | 'rollback', given: typeof spec) =>
    staged(regions, stagesOf(kind, given, regions)).map(({ stage }) => stage);
  expect(stageNames('rollout', spec)).toEqual(['canary', null]);
  expect(stageNames('rollback', spec)).toEqual(['rollback', 'rollback']);
  expect(stageNames('rollout', null)).toEqual([null, null]);
});

test.each<[number[], string]>([
  [[], 'no measure yet'],
  [[50_000], 'about 50 s (last 1: worst 50 s)'],
  [[100_000, 40_000, 50_000], 'about 50 s (last 3: worst 1 min 40 s)'],
])('what took %j ms takes %s', (ms, text) => expect(durationText(durationsOf(ms))).toBe(text));
