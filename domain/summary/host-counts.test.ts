import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { releaseNumber } from '../names.ts';
import { hostStates } from '../states.ts';
import { conditionOf, countHosts, countReleases } from './host-counts.ts';
import type { HostGroup } from './host-counts.ts';

const healths = ['healthy', 'unhealthy', 'starting', 'stopped', 'unknown'] as const;
const group = (over: Partial<HostGroup> = {}): HostGroup => ({
  hosts: 1,
  live: true,
  health: 'healthy',
  state: 'healthy',
  release: releaseNumber(7),
  ...over,
});

describe('a host counts as', () => {
  test.each([
    ['healthy', 'it says so', {}],
    ['healthy', 'it says so and waits for its batch', { state: 'pending' }],
    ['healthy', 'it says so and is pinned', { state: 'pinned' }],
    ['unhealthy', 'it says so', { health: 'unhealthy', state: 'pending' }],
    ['unhealthy', 'what it reverted to is no better', { health: 'unhealthy', state: 'reverted' }],
    ['unhealthy', 'it switches away from something broken', { health: 'unhealthy', state: 'switching' }],
    ['reverted', 'it refused the release and runs the one before', { state: 'reverted' }],
    ['switching', 'it fetches', { state: 'fetching' }],
    ['switching', 'its new instance starts', { state: 'switching', health: 'starting' }],
    ['unknown', 'its health could not be checked', { health: 'unknown' }],
    ['unknown', 'its instance starts again', { health: 'starting', state: 'pending' }],
    ['unknown', 'it runs nothing', { health: 'stopped', state: 'pending', release: null }],
    ['absent', 'it is silent, whatever it said before', { live: false }],
    ['absent', 'it is silent and said that it was ill', { live: false, health: 'unhealthy' }],
  ] as const)('%s when %s', (condition, _when, said) => {
    expect(conditionOf(group(said))).toBe(condition);
  });
});

const groups = fc.array(
  fc.record({
    hosts: fc.nat(1000),
    live: fc.boolean(),
    health: fc.constantFrom(...healths),
    state: fc.constantFrom(...hostStates),
    release: fc.option(fc.integer({ min: 1, max: 12 }).map(releaseNumber)),
  }),
);

test('promise 15: unknown is never counted as healthy', () => {
  fc.assert(
    fc.property(groups, (all) => {
      const sayHealthy = all.filter(({ live, health }) => live && health === 'healthy');
      expect(countHosts(all).healthy).toBeLessThanOrEqual(countHosts(sayHealthy).total);
    }),
  );
});

test('every host is counted once', () => {
  fc.assert(
    fc.property(groups, (all) => {
      const { total, ...conditions } = countHosts(all);
      expect(total).toBe(all.reduce((sum, { hosts }) => sum + hosts, 0));
      expect(Object.values(conditions).reduce((sum, hosts) => sum + hosts, 0)).toBe(total);
    }),
  );
});

test('releases are counted over live hosts whose release is known, the most used first, up to the limit', () => {
  const [six, seven, eight] = [6, 7, 8].map(releaseNumber);
  const all = [
    group({ hosts: 2, release: six! }),
    group({ hosts: 3 }),
    group({ hosts: 4, health: 'unhealthy' }),
    group({ hosts: 50, live: false, release: six! }),
    group({ hosts: 9, release: null }),
    group({ hosts: 1, release: eight! }),
  ];
  expect(countReleases(all, 2)).toEqual([
    { release: seven, hosts: 7 },
    { release: six, hosts: 2 },
  ]);
});
