import { expect, test } from '@jest/globals';
import { releaseNumber } from '../names.ts';
import type { HostCounts } from '../summary/host-counts.ts';
import { serviceWhy, type ReportedHosts, type ServiceFacts } from './service-why.ts';
import { apSouth, checkout, euWest, facts as deployment, noon } from './why.fixture.ts';
import { whyOf } from './why.ts';

const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
const well: ReportedHosts = { region: euWest, hosts: { ...none, total: 3, healthy: 3 }, at: noon, stale: false };
const silent: ReportedHosts = { ...well, region: apSouth, stale: true };
const sick: ReportedHosts = { ...well, hosts: { ...none, total: 3, healthy: 1, unhealthy: 2 } };
const lock = { owner: 'slipway', reason: 'checkout/87 was undone: canary failed', since: noon };

const service = (more: Partial<ServiceFacts> = {}): ServiceFacts => ({
  service: checkout,
  branch: 'main',
  addedAt: noon,
  lock: null,
  currentRelease: releaseNumber(411),
  hosts: [well],
  ended: null,
  isOwed: false,
  isMoving: false,
  ...more,
});
const failed = whyOf(deployment({ state: 'failed', outcome: 'failed', reason: 'build: exit code 1' }));
const owesUndo = whyOf(deployment({ state: 'undone', outcome: 'undone', pending: [apSouth] }));
const owesFinish = whyOf(deployment({ state: 'succeeded', outcome: 'succeeded', pending: [apSouth] }));
const rejected = whyOf(deployment({ state: 'rejected', outcome: 'rejected' }));

test.each<[string, Partial<ServiceFacts>, string, string | null, boolean]>([
  [
    'the lock after an undo',
    { lock, ended: failed, hosts: [silent] },
    'the lane is locked since 2026-11-24 12:00 UTC by slipway: "checkout/87 was undone: canary failed"',
    'slipway unlock checkout --reason …',
    true,
  ],
  [
    'a failed deployment',
    { ended: failed },
    'failed before any region was touched: build: exit code 1',
    'slipway logs checkout/87',
    true,
  ],
  ['nothing released yet', { currentRelease: null, hosts: [] }, 'it never ran anywhere', null, false],
  [
    'a region that is silent',
    { hosts: [well, silent] },
    'no report from ap-south since 2026-11-24 12:00 UTC: how hosts there are is not known',
    null,
    false,
  ],
  [
    'a region that never reported',
    { hosts: [{ ...silent, hosts: null, at: null }] },
    'ap-south never reported: how hosts there are is not known',
    null,
    false,
  ],
  [
    'a region that is silent beside one that never reported',
    {
      hosts: [
        { ...silent, region: euWest },
        { ...silent, hosts: null, at: null },
      ],
    },
    'no report from eu-west since 2026-11-24 12:00 UTC; ap-south never reported: how hosts there are is not known',
    null,
    false,
  ],
  ['hosts that are not well', { hosts: [sick] }, '2 hosts are unhealthy in eu-west', 'slipway status checkout', false],
  [
    'a region that is not undone yet',
    { ended: owesUndo, isOwed: true, lock },
    'undone in 0 regions; pending: ap-south',
    'slipway status checkout',
    true,
  ],
  [
    'a region that was not told yet that it is over',
    { ended: owesFinish, isOwed: true },
    'live in 0 of 0 regions, 0 healthy hosts; pending: ap-south',
    null,
    false,
  ],
])('%s keeps a service from being settled', (_, more, cause, command, needsSomeone) => {
  expect(serviceWhy(service(more))).toMatchObject({ cause, next: { command }, needsSomeone });
});

test('a region that never reported has been silent since the service was added, not since 1970', () => {
  const never = { ...silent, hosts: null, at: null };
  const addedAt = '2026-11-01T00:00:00.000Z';
  expect(serviceWhy(service({ addedAt, hosts: [never] }))?.since).toBe(addedAt);
  expect(serviceWhy(service({ addedAt, hosts: [never, { ...silent, region: euWest }] }))?.since).toBe(noon);
});

test.each<[string, Partial<ServiceFacts>]>([
  ['all well', {}],
  ['what somebody rejected', { ended: rejected }],
  ['the first deployment on its way', { currentRelease: null, hosts: [], isMoving: true }],
  ['hosts that are bad while something moves, which says so itself', { hosts: [sick], isMoving: true }],
])('%s needs no explanation', (_, more) => expect(serviceWhy(service(more))).toBeNull());
