import { expect, test } from '@jest/globals';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { deploymentNews } from './deployment-news.ts';
import { deploymentOf, doneRegion, regionOf } from '../shown.fixture.ts';

const hosts = { total: 2, switched: 1, healthy: 1, failed: 0 };
const rolling = (batch: number) => regionOf('eu-west', { state: 'rolling', batch, hosts });

/** A deployment as it is told, change by change. */
const course: readonly (readonly [Partial<Deployment>, readonly string[]])[] = [
  [{ state: 'queued', stage: null, waiting: null }, ['queued']],
  [{ state: 'building', stage: null }, ['builds checkout@2']],
  [
    { state: 'approving', stage: null, waiting: 'waits for approval (0 of 1)', approvals: { given: 0, wanted: 1 } },
    ['waits for approval (0 of 1)'],
  ],
  [
    {
      state: 'approving',
      stage: null,
      approvals: { given: 1, wanted: 1 },
      regions: [regionOf('eu-west', { state: 'replicating' })],
    },
    ['approved, 1 of 1'],
  ],
  [{ state: 'approving', stage: null, regions: [regionOf('eu-west', { state: 'ready' })] }, ['copied to 1 region']],
  [{ stage: 'world', regions: [regionOf('eu-west', { state: 'ready' })] }, ['world: eu-west']],
  [{ regions: [regionOf('eu-west', { state: 'rolling' })] }, ['eu-west  begins, 2 hosts']],
  [{ regions: [rolling(1)] }, ['eu-west  batch 1 of 2, 1 of 2 on @2']],
  [{ regions: [rolling(1)], paused: true, waiting: 'paused by ada' }, ['paused by ada']],
  [{ regions: [rolling(1)] }, ['goes on']],
  [
    { regions: [regionOf('eu-west', { ...rolling(2), reason: 'a host is away' })] },
    ['eu-west  batch 2 of 2, 1 of 2 on @2: a host is away'],
  ],
  [{ regions: [doneRegion('eu-west')] }, ['eu-west  done, 2 healthy hosts']],
  [{ stage: null, regions: [doneRegion('eu-west')] }, []],
  [
    { state: 'succeeded', stage: null, outcome: 'succeeded', regions: [doneRegion('eu-west')] },
    ['live in 1 of 1 region, 2 healthy hosts'],
  ],
];

test('a deployment is told change by change, each once', () => {
  let before: Deployment | null = null;
  for (const [change, expected] of course) {
    const after = deploymentOf(change);
    expect(deploymentNews(before, after)).toEqual(expected);
    expect(deploymentNews(after, after)).toEqual([]);
    before = after;
  }
});

test('one that was paused, and is aborted with hold, does not go on', () => {
  const paused = deploymentOf({ paused: true, waiting: 'paused by ada' });
  const aborted = deploymentOf({ reason: 'aborted by ada: it smells' });
  expect(deploymentNews(paused, aborted)).toEqual(['aborted by ada: it smells']);
});

test('an undo says why, and each region once that it goes back', () => {
  const before = deploymentOf({ regions: [rolling(1)] });
  const undoing = deploymentOf({
    state: 'undoing',
    reason: 'too many failed',
    regions: [regionOf('eu-west', { state: 'undoing', batch: 1 })],
  });
  expect(deploymentNews(before, undoing)).toEqual(['undoes it: too many failed', 'eu-west  undoing']);
  const undone = deploymentOf({
    state: 'undone',
    outcome: 'undone',
    reason: 'too many failed',
    regions: [regionOf('eu-west', { state: 'undone', batch: 1 })],
  });
  expect(deploymentNews(undoing, undone)).toEqual(['eu-west  undone', 'undone in 1 region: too many failed']);
  expect(deploymentNews(undone, undone)).toEqual([]);
});

test('what was missed is told as it is now', () => {
  expect(deploymentNews(null, deploymentOf({ regions: [doneRegion('eu-west'), rolling(1)] }))).toEqual([
    'world: eu-west, eu-west',
    'eu-west  done, 2 healthy hosts',
    'eu-west  batch 1 of 2, 1 of 2 on @2',
  ]);
});

test('a region begins before it is known how many hosts it has', () => {
  const before = deploymentOf({ regions: [regionOf('eu-west', { state: 'ready' })] });
  const unknown = { total: 0, switched: 0, healthy: 0, failed: 0 };
  const after = deploymentOf({ regions: [regionOf('eu-west', { state: 'rolling', hosts: unknown })] });
  expect(deploymentNews(before, after)).toContain('eu-west  begins');
});
