import { expect, test } from '@jest/globals';
import type { HostCounts } from '../summary/host-counts.ts';
import { durationsOf, durationText } from './durations.ts';
import { hostsOnRelease, shownHosts, type HostsOfDeployment, type ReleasesReport } from './shown-hosts.ts';
import { staged, stagesOf } from './stages.ts';
import { apSouth, euWest, inRegion, noon, usEast } from './why.fixture.ts';

const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
/** Of ten hosts, as many of which run what @412 brings as is said. */
const report = (onRelease: number, more: Partial<ReleasesReport> = {}): ReleasesReport => ({
  hosts: { ...none, total: 10, healthy: 10 },
  running: [{ release: 411, hosts: 10 - onRelease }, ...(onRelease === 0 ? [] : [{ release: 412, hosts: onRelease }])],
  at: noon,
  stale: false,
  ...more,
});
const deployment = (...regions: HostsOfDeployment['regions']): HostsOfDeployment => ({
  release: 412,
  since: noon,
  regions,
});

test('hosts of regions that it has not begun in count as they last reported', () => {
  const regions = [inRegion(euWest, 'done'), inRegion(usEast, 'ready'), inRegion(apSouth, 'pending')];
  const untouched = regions.map((region) =>
    region.region === euWest ? region : { ...region, hosts: { total: 0, switched: 0, healthy: 0, failed: 0 } },
  );
  const reports = new Map([[usEast, report(0, { hosts: { ...none, total: 20 } })]]);
  expect(shownHosts(deployment(...untouched), reports)).toEqual({ total: 30, onRelease: 3 });
});

const later = '2026-11-24T12:00:01.000Z';
const earlier = '2026-11-24T11:59:59.999Z';
test.each<[string, ReleasesReport | null, number]>([
  ['that nobody has reported', null, 3],
  ['some of which went back', report(2, { at: later }), 2],
  ['all of which went back', report(0, { at: later }), 0],
  ['counted as the undo began', report(2), 2],
  ['counted before it began, when they had not switched', report(0, { at: earlier }), 3],
  ['of a region that has fallen silent', report(0, { at: later, stale: true }), 3],
  ['of a region that never counted', report(0, { at: null, hosts: null, running: [] }), 3],
])('of 3 hosts on a release that is undone, %s, %i are shown on it', (_, heard, onRelease) => {
  const regions = [inRegion(euWest, 'undone'), inRegion(usEast, 'undoing')];
  const reports = new Map(heard === null ? [] : [[usEast, heard]]);
  expect(shownHosts(deployment(...regions), reports)).toEqual({ total: 20, onRelease });
});

test('going forward a report is not waited for: what was switched is known', () => {
  const reports = new Map([[usEast, report(0, { at: later })]]);
  expect(shownHosts(deployment(inRegion(usEast, 'rolling')), reports).onRelease).toBe(3);
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
  [[50_000], 'about 50 s, as the last time'],
  [[100_000, 40_000, 50_000], 'about 50 s (last 3: worst 1 min 40 s)'],
])('what took %j ms takes %s', (ms, text) => expect(durationText(durationsOf(ms))).toBe(text));
