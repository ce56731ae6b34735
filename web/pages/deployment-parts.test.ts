import { expect, test } from '@jest/globals';
import type { Deployment, DeploymentRegion, ServiceHosts } from '../client/api.ts';
import { deploymentFixture, hostsFixture } from '../live/known.fixture.ts';
import { hostsKey, type ChangeEvent } from '../live/known.ts';
import { foldFine, missingLists, regionRows, stepMs, timelineOf, titleState } from './deployment-parts.ts';

const region = (name: string, parts: Partial<DeploymentRegion> = {}): DeploymentRegion => ({
  region: name,
  stage: 'world',
  state: 'rolling',
  batch: 1,
  batches: 4,
  hosts: { total: 10, switched: 3, healthy: 3, failed: 0 },
  reason: null,
  ...parts,
});
const withRegions = (...regions: DeploymentRegion[]): Deployment => deploymentFixture({ regions });

test('a region that is silent shows question marks, and counts as unknown in the title', () => {
  const deployment = withRegions(region('eu-west'), region('ap-south', { state: 'done' }));
  const hosts = {
    [hostsKey('checkout', 'ap-south')]: { ...hostsFixture('ap-south', 10), stale: true },
    [hostsKey('checkout', 'eu-west')]: hostsFixture('eu-west', 10),
  };
  const rows = regionRows(deployment, hosts);
  expect(rows.map((row) => [row.region.region, row.mark.mark, row.healthy, row.unknown])).toEqual([
    ['ap-south', 'unknown', '?', '?'],
    ['eu-west', 'run', '10', '0'],
  ]);
  expect(titleState(deployment, rows, 'succeeded')).toBe('checkout/87 succeeded, 1 region unknown');
});

test('while a region goes back the hosts that run the release become fewer, as it reports them', () => {
  const undoing = region('eu-west', { state: 'undoing', hosts: { total: 10, switched: 6, healthy: 5, failed: 1 } });
  const onRelease = (state: 'undoing' | 'undone', hosts: Partial<ServiceHosts> | null): string => {
    const heard =
      hosts === null ? {} : { [hostsKey('checkout', 'eu-west')]: { ...hostsFixture('eu-west', 10), ...hosts } };
    return regionRows(withRegions({ ...undoing, state }), heard)[0]!.onRelease;
  };
  const running = (hosts: number) => [
    { release: 411, hosts: 10 - hosts },
    { release: 412, hosts },
  ];
  expect(onRelease('undoing', { running: running(4) })).toBe('4');
  expect(onRelease('undoing', { running: [{ release: 411, hosts: 10 }] })).toBe('0');
  expect(onRelease('undoing', { stale: true })).toBe('?');
  // Counted before the undo began, when hosts had not switched yet.
  expect(onRelease('undoing', { running: running(0), at: '2026-11-25T11:59:59Z' })).toBe('5');
  expect(onRelease('undone', { running: [{ release: 411, hosts: 10 }] })).toBe('0');
  expect(onRelease('undone', null)).toBe('0');
});

test('regions that are not fine come first', () => {
  const deployment = withRegions(
    region('done', { state: 'done' }),
    region('later', { state: 'pending', batch: 0 }),
    region('rolling'),
    region('undone', { state: 'undone', reason: 'of 1 host 1 failed' }),
    region('going back', { state: 'undoing' }),
    region('stuck', { state: 'undoing', reason: 'two hosts do not go back' }),
  );
  expect(regionRows(deployment, {}).map((row) => row.region.region)).toEqual([
    'stuck',
    'going back',
    'undone',
    'rolling',
    'later',
    'done',
  ]);
});

test('of more than eight regions those that are fine are folded, and no other', () => {
  const done = Array.from({ length: 7 }, (_, at) => region(`done ${at}`, { state: 'done' }));
  const rowsOf = (...more: DeploymentRegion[]) => regionRows(withRegions(...done, ...more), {});
  const eight = rowsOf(region('rolling'));
  expect(foldFine(eight)).toEqual({ shown: eight, fine: [] });
  const sick = region('sick', { state: 'done', hosts: { total: 10, switched: 10, healthy: 9, failed: 1 } });
  const { shown, fine } = foldFine(rowsOf(region('rolling'), sick, region('undone', { state: 'undone' })));
  expect(shown.map((row) => row.region.region)).toEqual(['undone', 'rolling', 'sick']);
  expect(fine).toHaveLength(7);
});

test('hosts that it does not speak for are named; in an undo those that failed are its cause', () => {
  const missing = { absent: { count: 12, hosts: ['a', 'b'] }, failed: { count: 1, hosts: ['c'] } };
  const undo = { kind: 'undo', name: 'undo', state: 'running', startedAt: null, endedAt: null, note: null } as const;
  const deployment = withRegions(region('eu-west', { missing }));
  expect(missingLists(deployment)).toEqual([
    { title: 'Without these hosts', hosts: ['eu-west: absent a, b and 10 more', 'eu-west: failed c'] },
  ]);
  expect(missingLists({ ...deployment, steps: [undo] })).toEqual([
    { title: 'Hosts that failed', hosts: ['eu-west: failed c'] },
    { title: 'Without these hosts', hosts: ['eu-west: absent a, b and 10 more'] },
  ]);
  expect(missingLists(withRegions(region('eu-west')))).toEqual([]);
});

test('the timeline holds each entry once, the newest first, and only of this deployment', () => {
  const entry = (sequence: number) => ({
    sequence,
    at: '2026-11-25T12:00:00Z',
    actor: 'ada',
    verb: 'pause',
    message: '',
  });
  const told = (sequence: number, object: string): ChangeEvent => ({
    ...entry(sequence),
    type: 'change',
    object,
    deployment: null,
    lane: null,
  });
  const changes = [told(3, 'checkout/87'), told(4, 'checkout'), told(5, 'checkout/87')];
  const timeline = timelineOf([entry(3), entry(1)], 'checkout/87', changes);
  expect(timeline.map(({ sequence }) => sequence)).toEqual([5, 3, 1]);
});

test('a step that goes on lasts until now', () => {
  const step = { kind: 'build', name: 'build', state: 'running', note: null } as const;
  const startedAt = '2026-11-25T12:00:00Z';
  const now = Date.parse('2026-11-25T12:00:30Z');
  expect(stepMs({ ...step, startedAt, endedAt: null }, now)).toBe(30_000);
  expect(stepMs({ ...step, startedAt, endedAt: '2026-11-25T12:00:10Z' }, now)).toBe(10_000);
  expect(stepMs({ ...step, startedAt: null, endedAt: null }, now)).toBeNull();
});
