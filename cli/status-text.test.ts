import { expect, test } from '@jest/globals';
import { regionName, releaseNumber, serviceName, deploymentNumber } from '../domain/names.ts';
import type { Deployment } from '../protocol/api/deployment.ts';
import type { HostCounts, ServiceHosts } from '../protocol/api/region.ts';
import type { Service, ServiceSummary } from '../protocol/api/service.ts';
import { deploymentMark, hostsMark, overviewLines, serviceLines } from './status-text.ts';

const none: HostCounts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };

test.each([
  ['all well', { ...none, total: 3, healthy: 3 }, '✓ healthy'],
  ['one bad', { ...none, total: 3, healthy: 2, unhealthy: 1 }, '✕ unhealthy'],
  ['one went back', { ...none, total: 3, healthy: 2, reverted: 1 }, '↩ reverted'],
  ['one says nothing', { ...none, total: 3, healthy: 2, unknown: 1 }, '? unknown'],
  ['one on its way', { ...none, total: 3, healthy: 2, switching: 1 }, '▶ switching'],
  ['one gone for long', { ...none, total: 3, healthy: 2, absent: 1 }, '– absent'],
  ['no host', none, '– no host'],
  ['not reported', null, '? unknown'],
])('hosts of a region: %s', (_, hosts, mark) => {
  expect(hostsMark(hosts, false)).toBe(mark);
});

test('counts that are too old are unknown, however good they were', () => {
  expect(hostsMark({ ...none, total: 3, healthy: 3 }, true)).toBe('? unknown');
});

const deployment: Deployment = {
  deployment: 'checkout/87',
  service: serviceName('checkout'),
  number: deploymentNumber(87),
  kind: 'rollout',
  release: releaseNumber(412),
  state: 'rolling',
  stage: 'world',
  paused: false,
  held: false,
  waiting: null,
  outcome: null,
  reason: null,
  pending: [],
  startedAt: '',
  endedAt: null,
  since: '',
  sequence: 3,
  source: { from: 'person', person: 'ada', reason: null },
  regions: [],
  approvals: null,
  binding: null,
  pointOfNoReturn: false,
  links: { temporal: null, commit: null },
};

test.each([
  [{ ...deployment }, '▶ rolling'],
  [{ ...deployment, held: true, paused: true }, '✋ held'],
  [{ ...deployment, paused: true }, '⏸ paused'],
  [{ ...deployment, state: 'baking' as const }, '◔ baking'],
  [{ ...deployment, state: 'approving' as const, waiting: 'waits for approval' }, '⧗ approving'],
  [{ ...deployment, outcome: 'succeeded' as const }, '✓ succeeded'],
  [{ ...deployment, outcome: 'undone' as const }, '↩ undone'],
  [{ ...deployment, outcome: 'failed' as const }, '✕ failed'],
])('a deployment has a shape and a word: %#', (shown, mark) => {
  expect(deploymentMark(shown)).toBe(mark);
});

const entry = {
  deployment: 'checkout/87',
  number: deploymentNumber(87),
  release: releaseNumber(412),
  kind: 'rollout' as const,
};
const hosts: ServiceHosts[] = [
  {
    service: serviceName('checkout'),
    region: regionName('eu-west'),
    hosts: { ...none, total: 1200, healthy: 1200 },
    running: [{ release: 412, hosts: 1200 }],
    at: '2026-11-24T12:00:00.000Z',
    stale: false,
  },
  {
    service: serviceName('checkout'),
    region: regionName('ap-south'),
    hosts: { ...none, total: 620, healthy: 620 },
    running: [{ release: 411, hosts: 620 }],
    at: '2026-11-24T11:51:00.000Z',
    stale: true,
  },
];
const service: Service = {
  service: serviceName('checkout'),
  repository: 'acme/checkout',
  branch: 'main',
  folder: '.',
  owners: [],
  currentRelease: releaseNumber(411),
  hosts,
  deployments: [],
  sequence: 1,
  lane: { service: serviceName('checkout'), lock: null, active: entry, queue: [] },
};
const now = new Date('2026-11-24T12:00:01.000Z');

test('a service is told in a few lines: where, what moves, why, and what to do', () => {
  const held = {
    ...deployment,
    held: true,
    waiting: 'held since 12:00: budget exceeded; a person must resume or abort it',
  };
  expect(serviceLines(service, held, now)).toEqual([
    'checkout  @411  checkout/87 → @412 ✋ held',
    '  eu-west   @412  ✓ healthy  1200 of 1200    1 s',
    '  ap-south  @411  ? unknown  was 620 of 620  9 min 1 s',
    '  lane  nothing waits, not locked',
    '  why   rolling world: held since 12:00: budget exceeded; a person must resume or abort it',
    '  next  slipway resume checkout/87',
  ]);
});

test.each([
  [{ ...deployment, state: 'approving' as const, approvals: { given: 0, wanted: 1 } }, 'slipway approve checkout/87'],
  [{ ...deployment, paused: true }, 'slipway resume checkout/87'],
  [{ ...deployment, held: true, waiting: "failed since 12:00 and can't go on: bad" }, 'slipway abort checkout/87'],
  [deployment, 'slipway watch checkout/87'],
  [null, 'slipway deploy checkout'],
])('the next step is one command: %#', (active, next) => {
  expect(serviceLines(service, active, now).at(-1)).toBe(`  next  ${next}`);
});

test('a locked service says how to open it, and how its last deployment ended', () => {
  const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };
  const ended = { ...deployment, outcome: 'undone' as const, reason: 'eu-west: 3 of 3 failed' };
  const lines = serviceLines(
    { ...service, lane: { ...service.lane, active: null, lock }, deployments: [ended] },
    null,
    now,
  );
  expect(lines.slice(-3)).toEqual([
    '  lane  nothing waits, locked by mo: "INC-7"',
    '  why   checkout/87 undone: eu-west: 3 of 3 failed',
    '  next  slipway unlock checkout --reason …',
  ]);
});

test('of all services, those that need someone come first', () => {
  const named = (name: string, active: typeof entry | null): ServiceSummary => ({
    ...service,
    service: serviceName(name),
    lane: { service: serviceName(name), lock: null, queue: [], active },
  });
  const at = (name: string) => ({ ...entry, deployment: `${name}/1` });
  const open = [
    { ...deployment, deployment: 'moving/1' },
    { ...deployment, deployment: 'held/1', held: true },
    { ...deployment, deployment: 'waiting/1', state: 'approving' as const, waiting: 'waits for approval' },
  ];
  const services = [
    named('calm', null),
    named('moving', at('moving')),
    named('waiting', at('waiting')),
    named('held', at('held')),
  ];
  expect(overviewLines(services, open).map((line) => line.split(' ')[0])).toEqual([
    'held',
    'waiting',
    'moving',
    'calm',
  ]);
  expect(overviewLines([], [])).toEqual(['no service yet']);
});
