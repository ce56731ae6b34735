import { expect, test } from '@jest/globals';
import type { Share } from '../spec/service-spec.ts';
import { hostsOf } from './model-fleet.ts';
import { allowBatch, baseDigest, beginRegion, holdRegion, judgeBakeOf, judgeRegion } from './model-region.ts';
import { nextChangeMs, openRegion, undoneIn, undoRegion } from './model-region.ts';
import type { SimulatedFaults } from './simulated-plan.ts';
import { eu, healthy, plan } from './timeline.fixture.ts';

const all: Share = { percent: 100 };

/** Eight hosts, which take two to four seconds to fetch and four to eight to start; begun at 0, with these allowed. */
function begun(faults: Partial<SimulatedFaults> = {}, share = all) {
  const at = openRegion(eu, plan, hostsOf(plan, { ...healthy, ...faults }, { region: eu, hosts: 8 }, 0));
  beginRegion(at, 0);
  allowBatch(at, share, 0);
  return at;
}
/** Which of them run the release at that time. */
function switchedBy(at: ReturnType<typeof begun>, atMs: number): readonly string[] {
  judgeRegion(at, atMs);
  return at.hosts.filter(({ running }) => running !== baseDigest).map(({ host }) => host);
}

test('hosts that are on their way turn round when their region is undone', () => {
  const at = begun();
  undoRegion(at, 1_000);
  expect(undoneIn(at, 1_000).onBase).toHaveLength(8);
  expect(undoneIn(at, 60_000)).toMatchObject({ verdict: 'undone', pending: [] });
  expect(nextChangeMs(at, 1_000)).toBe(Infinity);
});

test('those that have switched go back from their own disk', () => {
  const at = begun();
  expect(switchedBy(at, 5_000)).toHaveLength(8);
  undoRegion(at, 5_000);
  expect([undoneIn(at, 5_999).verdict, undoneIn(at, 6_000).verdict]).toEqual(['wait', 'undone']);
});

test('who has not switched when a region is held does not; who has stays', () => {
  const at = begun();
  const switched = switchedBy(at, 3_000);
  holdRegion(at, 3_000);
  expect(switchedBy(at, 60_000)).toEqual(switched);
  expect([0, 8]).not.toContain(switched.length);
});

test('another batch keeps no host of the one before', () => {
  const at = begun({}, { hosts: 2 });
  const late = at.hosts.find(({ host }) => host === at.ordered[1])!;
  allowBatch(at, all, late.times.fetchMs - 1);
  expect(switchedBy(at, late.times.fetchMs)).toContain(late.host);
});

test('a host where the release fails goes back, and is well there', () => {
  const at = begun({ failPercent: 100 });
  expect(judgeRegion(at, 14_000)).toMatchObject({ verdict: 'stop', counts: { failed: 8 } });
  judgeRegion(at, 60_000);
  for (const { running, health } of at.hosts) expect([running, health]).toEqual([baseDigest, 'healthy']);
});

test.each([
  ['before it switches', 1_000],
  ['while it starts', 4_000],
  ['when it is well', 13_000],
])('a host whose world turns bad %s goes back, and is well on neither', (_when, badMs) => {
  const at = begun({ badWorld: new Map([[eu, badMs]]) });
  judgeRegion(at, badMs - 1);
  judgeRegion(at, 60_000);
  for (const { running, health, refused } of at.hosts)
    expect([running, health, refused.length]).toEqual([baseDigest, 'unhealthy', 1]);
});

test('a host that falls ill on its way back has nothing against what it leaves', () => {
  const at = begun({ badWorld: new Map([[eu, 20_500]]) });
  undoRegion(at, 20_000);
  expect(undoneIn(at, 21_000).onBase).toHaveLength(8);
  for (const { health, refused } of at.hosts) expect([health, refused]).toEqual(['starting', []]);
});

test('what changes next is told, also when silence has lasted; then nothing does', () => {
  const at = begun({ losePercent: 40, seed: 6 });
  const [silent, others] = [at.hosts.filter(({ vanishes }) => vanishes), at.hosts.filter(({ vanishes }) => !vanishes)];
  expect(silent).not.toHaveLength(0);
  const fetched = others.map(({ times }) => times.fetchMs).sort((a, b) => a - b);
  expect([nextChangeMs(at, 0), nextChangeMs(at, fetched[0]!)]).toEqual(fetched.slice(0, 2));
  judgeRegion(at, 20_000);
  expect([nextChangeMs(at, 20_000), nextChangeMs(at, plan.absentAfterMs)]).toEqual([plan.absentAfterMs, Infinity]);
});

test('where nobody is heard silence counts for nothing, until the batch has had its time', () => {
  const at = begun({ losePercent: 100 });
  expect(judgeRegion(at, plan.batchTimeoutMs - 1).verdict).toBe('wait');
  expect(judgeRegion(at, plan.batchTimeoutMs)).toMatchObject({ verdict: 'stop', counts: { lost: 8 } });
  expect(judgeBakeOf(at, 0, plan.absentAfterMs - 1).verdict).toBe('wait');
});

test('a step that comes out of its order is a fault of the simulation', () => {
  const at = begun();
  undoRegion(at, 0);
  expect(() => allowBatch(at, all, 0)).toThrow('eu-west: advance was not written');
});
