import { expect, test } from '@jest/globals';
import type { Region, ServiceHosts } from '../client/api.ts';
import { driftedCount, driftedRows, healthyText, lifeShown, regionTitle } from './region-rows.ts';

const counts = { total: 3, healthy: 2, unhealthy: 1, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const at = '2026-11-27T08:00:00.000Z';
const hosts: ServiceHosts = { service: 'checkout', region: 'eu-west', hosts: counts, running: [], at, stale: false };
const named = {
  host: 'eu-west-1',
  state: 'mending',
  since: at,
  path: 'server.mjs',
  what: 'content',
  count: 2,
} as const;
const drifted: ServiceHosts = { ...hosts, drifted: { hosts: 9, named: [named] } };
const region: Region = { region: 'eu-west', addedAt: at, lastSummaryAt: at, stale: false, services: [hosts] };
const drain = { by: 'olga', reason: 'moves', since: at };

test('hosts that are changed are counted, and named with service and region', () => {
  expect(driftedCount([hosts, drifted, drifted])).toBe(18);
  expect(driftedRows([hosts, drifted])).toEqual([{ ...named, service: 'checkout', region: 'eu-west' }]);
});

test.each<[string, Partial<Region>, string, string]>([
  ['takes part', {}, 'takes part', 'eu-west'],
  ['is drained', { drain }, 'drained', 'eu-west: drained'],
  ['is silent', { stale: true }, 'unknown', 'eu-west: unknown'],
  ['is drained, and silent', { drain, stale: true }, 'drained', 'eu-west: drained'],
  ['has changed hosts', { services: [drifted] }, 'takes part', 'eu-west: 9 changed'],
])('a region that %s says so, also in the title of the window', (_how, change, word, title) => {
  expect([lifeShown({ ...region, ...change }).word, regionTitle('eu-west', { ...region, ...change })]).toEqual([
    word,
    title,
  ]);
});

test('of a region that is silent nothing is counted as healthy', () => {
  expect(healthyText(region)).toBe('2 of 3');
  expect(healthyText({ services: [hosts, { ...hosts, stale: true }] })).toBe('?');
  expect(healthyText({ services: [{ ...hosts, hosts: null }] })).toBe('?');
  expect(healthyText({ services: [] })).toBe('none');
});
