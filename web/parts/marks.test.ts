import { describe, expect, test } from '@jest/globals';
import { deploymentFixture, hostsFixture } from '../live/known.fixture.ts';
import type { Deployment, HostCounts, ServiceHosts } from '../client/api.ts';
import { deploymentMark, hostsMark, regionMark } from './marks.ts';

test.each<[parts: Partial<Deployment>, mark: string, word: string]>([
  [{ state: 'rolling' }, 'running', 'rolling'],
  [{ state: 'rolling', waiting: 'ap-south does not answer' }, 'waiting', 'rolling'],
  [{ state: 'approving' }, 'waiting', 'approving'],
  [{ state: 'queued' }, 'waiting', 'queued'],
  [{ state: 'baking' }, 'baking', 'baking'],
  [{ state: 'rolling', paused: true }, 'paused', 'paused'],
  [{ state: 'rolling', paused: true, held: true }, 'held', 'held'],
  [{ state: 'undoing' }, 'undone', 'undoing'],
  [{ state: 'succeeded', outcome: 'succeeded' }, 'healthy', 'succeeded'],
  [{ state: 'failed', outcome: 'failed', held: true }, 'failed', 'failed'],
  [{ state: 'undone', outcome: 'undone' }, 'undone', 'undone'],
  [{ state: 'superseded', outcome: 'superseded' }, 'absent', 'superseded'],
])('a deployment with %j is shown as %s, %s', (parts, mark, word) =>
  expect(deploymentMark(deploymentFixture(parts))).toEqual({ mark, word }),
);

const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const hosts = (counts: Partial<HostCounts> | null, stale = false): ServiceHosts => ({
  ...hostsFixture('eu-west', 0),
  hosts: counts === null ? null : { ...none, ...counts },
  stale,
});

describe('a region', () => {
  test.each<[what: string, hosts: ServiceHosts, mark: string]>([
    ['that never reported', hosts(null), 'unknown'],
    ['whose report is too old', hosts({ total: 9, healthy: 9 }, true), 'unknown'],
    ['with one host that nobody knows of', hosts({ total: 9, healthy: 8, unknown: 1 }), 'unknown'],
    ['with one bad host', hosts({ total: 9, healthy: 7, unhealthy: 1, unknown: 1 }), 'failed'],
    ['with all hosts healthy', hosts({ total: 9, healthy: 9 }), 'healthy'],
    ['with hosts that are away', hosts({ total: 9, healthy: 8, absent: 1 }), 'healthy'],
    ['whose hosts are all away', hosts({ total: 9, absent: 9 }), 'absent'],
    ['that switches', hosts({ total: 9, healthy: 5, switching: 4 }), 'running'],
  ])('%s', (_, shown, mark) => expect(hostsMark(shown).mark).toBe(mark));

  test('that was done and fell silent is not shown as done', () => {
    const mark = regionMark({ state: 'done' }, hosts({ total: 9, healthy: 9 }, true));
    expect(mark).toEqual({ mark: 'unknown', word: 'unknown, was done' });
    expect(regionMark({ state: 'done' }, hosts({ total: 9, healthy: 9 }))).toEqual({ mark: 'healthy', word: 'done' });
  });
});
