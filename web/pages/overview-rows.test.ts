import { expect, test } from '@jest/globals';
import type { Deployment, Why } from '../client/api.ts';
import { deploymentFixture, hostsFixture, laneFixture, serviceFixture } from '../live/known.fixture.ts';
import { hostsKey, type Known } from '../live/known.ts';
import { hostsVersion, overviewRows } from './overview-rows.ts';

const why = (needsSomeone: boolean, since: string): Why => ({
  cause: `since ${since}`,
  since,
  next: { text: 'wait', command: null, verb: null },
  needsSomeone,
});

const deployment = (name: string, needsSomeone: boolean, since: string, parts: Partial<Deployment> = {}): Deployment =>
  deploymentFixture({ deployment: `${name}/1`, service: name, why: why(needsSomeone, since), since, ...parts });

const known = (parts: Partial<Known>): Known => ({
  sequence: 1,
  at: null,
  deployments: {},
  lanes: {},
  hosts: {},
  changes: [],
  isReset: false,
  ...parts,
});
const byName = (...deployments: Deployment[]): Known['deployments'] =>
  Object.fromEntries(deployments.map((each) => [each.deployment, each]));

test('what needs someone comes first, the oldest on top, then what moves, then the rest', () => {
  const services = ['auth', 'cart', 'checkout', 'mail', 'search'].map((name) => serviceFixture(name));
  const locked = serviceFixture('billing', {
    why: why(true, '2026-11-25T10:30:00Z'),
    lane: laneFixture({ lock: { owner: 'mo', reason: 'INC-7', since: '2026-11-25T10:30:00Z' } }),
  });
  const deployments = byName(
    deployment('checkout', true, '2026-11-25T11:00:00Z', { held: true }),
    deployment('search', true, '2026-11-25T10:00:00Z'),
    deployment('cart', false, '2026-11-25T09:00:00Z'),
  );
  const failed = serviceFixture('failed', { why: why(true, '2026-11-25T10:45:00Z') });
  const rows = overviewRows([...services, locked, failed], known({ deployments }));
  expect(rows.needs.map(({ object, mark }) => [object, mark.mark])).toEqual([
    ['search/1', 'run'],
    ['billing', 'lock'],
    ['failed', 'fail'],
    ['checkout/1', 'hold'],
  ]);
  expect(rows.moving.map(({ object }) => object)).toEqual(['cart/1']);
  expect(rows.settled.map((row) => row.service.service)).toEqual(['auth', 'mail']);
});

test('a lane that is locked needs someone also while a deployment waits in it, and only once', () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-25T10:30:00Z' };
  const locked = serviceFixture('mail', { why: why(true, lock.since), lane: laneFixture({ service: 'mail', lock }) });
  const objects = (active: Deployment) => {
    const rows = overviewRows([{ ...locked, active }], known({ deployments: byName(active) }));
    return [rows.needs, rows.moving].map((each) => each.map(({ object, mark }) => [object, mark.mark]));
  };
  expect(objects(deployment('mail', false, '2026-11-25T11:00:00Z'))).toEqual([[['mail', 'lock']], [['mail/1', 'run']]]);
  expect(objects(deployment('mail', true, '2026-11-25T11:00:00Z'))).toEqual([[['mail/1', 'run']], []]);
});

test('what needs someone names the owners of its service, what moves names nobody', () => {
  const deployments = byName(
    deployment('checkout', true, '2026-11-25T11:00:00Z'),
    deployment('cart', false, '2026-11-25T09:00:00Z'),
    deployment('zebra', true, '2026-11-25T11:30:00Z'),
  );
  const failed = serviceFixture('failed', { why: why(true, '2026-11-25T10:45:00Z'), owners: ['mo', 'post'] });
  const rows = overviewRows([serviceFixture('checkout'), serviceFixture('cart'), failed], known({ deployments }));
  expect(rows.needs.map(({ object, owners }) => [object, owners])).toEqual([
    ['failed', ['mo', 'post']],
    ['checkout/1', ['payments']],
    ['zebra/1', []],
  ]);
  expect(rows.moving.map(({ owners }) => owners)).toEqual([[]]);
});

test('a deployment of a service that is on no page yet is shown all the same', () => {
  const deployments = byName(deployment('zebra', true, '2026-11-25T11:00:00Z'));
  expect(overviewRows([], known({ deployments })).needs.map(({ path }) => path)).toEqual(['/s/zebra/d/87']);
});

test('one that has ended is not moving, and its service is settled again', () => {
  const ended = deployment('auth', false, '2026-11-25T11:00:00Z', { outcome: 'succeeded', why: null });
  const rows = overviewRows([serviceFixture('auth')], known({ deployments: byName(ended) }));
  expect([rows.moving.length, rows.settled.length]).toEqual([0, 1]);
});

test('before the stream speaks, the list of services says what is active', () => {
  const active = deployment('auth', false, '2026-11-25T11:00:00Z');
  expect(overviewRows([serviceFixture('auth', { active })], null).moving.map(({ object }) => object)).toEqual([
    'auth/1',
  ]);
});

test("a region's newer counts take the place of those of the list", () => {
  const hosts = { [hostsKey('auth', 'eu-west')]: { ...hostsFixture('eu-west', 1), service: 'auth', stale: true } };
  expect(overviewRows([serviceFixture('auth')], known({ hosts })).settled[0]?.hosts[0]?.stale).toBe(true);
});

test('the list is asked for anew when a region falls silent, or a host of it is unhealthy', () => {
  const { hosts: counts, ...report } = hostsFixture('eu-west', 3);
  const versionOf = (parts: object): string =>
    hostsVersion(known({ hosts: { [hostsKey('auth', 'eu-west')]: { ...report, hosts: counts, ...parts } } }));
  const well = versionOf({});
  expect(versionOf({ at: '2026-11-25T13:00:00Z' })).toBe(well);
  expect(versionOf({ stale: true })).not.toBe(well);
  expect(versionOf({ hosts: { ...counts, healthy: 2, unhealthy: 1 } })).not.toBe(well);
});

test('the list is asked for anew also when a host heals in one region as another falls ill elsewhere', () => {
  const ill = (sick: string): string => {
    const reports = ['eu-west', 'us-east'].map((region) => {
      const report = hostsFixture(region, 3);
      const hosts = { ...report.hosts!, unhealthy: region === sick ? 1 : 0 };
      return [hostsKey('auth', region), { ...report, hosts }] as const;
    });
    return hostsVersion(known({ hosts: Object.fromEntries(reports) }));
  };
  expect(ill('eu-west')).not.toBe(ill('us-east'));
});
