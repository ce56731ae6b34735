import { deploymentNumber, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { Deployment } from '../protocol/api/deployment.ts';
import type { HostCounts, ServiceHosts } from '../protocol/api/region.ts';
import type { Service } from '../protocol/api/service.ts';
import type { Why } from '../protocol/api/why.ts';

/** What the api shows of `checkout`, whose `/87` is on its way to two regions. */
export const noHosts: HostCounts = {
  total: 0,
  healthy: 0,
  unhealthy: 0,
  switching: 0,
  reverted: 0,
  unknown: 0,
  absent: 0,
};

export const now = new Date('2026-11-24T12:00:01.000Z');

export const why: Why = {
  cause: 'held: budget exceeded',
  since: '2026-11-24T11:56:01.000Z',
  next: { text: 'a person must resume or abort it', command: 'slipway resume checkout/87', verb: 'resume' },
  needsSomeone: true,
};

export const deployment: Deployment = {
  deployment: 'checkout/87',
  service: serviceName('checkout'),
  number: deploymentNumber(87),
  kind: 'rollout',
  release: releaseNumber(412),
  from: releaseNumber(411),
  subject: 'Fix double charge',
  state: 'rolling',
  stage: 'world',
  paused: false,
  held: false,
  waiting: null,
  outcome: null,
  reason: null,
  pending: [],
  startedAt: '2026-11-24T11:50:01.000Z',
  endedAt: null,
  since: '2026-11-24T11:56:01.000Z',
  why: null,
  hosts: { total: 1820, onRelease: 1200 },
  sequence: 3,
  source: { from: 'person', person: 'ada', reason: null },
  regions: [],
  steps: [],
  verbs: [],
  approvals: null,
  binding: null,
  pointOfNoReturn: false,
  links: { temporal: null, commit: null },
};

export const entry = {
  deployment: 'checkout/87',
  number: deploymentNumber(87),
  release: releaseNumber(412),
  kind: 'rollout' as const,
};

const hosts: readonly ServiceHosts[] = [
  {
    service: serviceName('checkout'),
    region: regionName('eu-west'),
    hosts: { ...noHosts, total: 1200, healthy: 1200 },
    running: [{ release: 412, hosts: 1200 }],
    at: '2026-11-24T12:00:00.000Z',
    stale: false,
  },
  {
    service: serviceName('checkout'),
    region: regionName('ap-south'),
    hosts: { ...noHosts, total: 620, healthy: 620 },
    running: [{ release: 411, hosts: 620 }],
    at: '2026-11-24T11:51:00.000Z',
    stale: true,
  },
];

export const service: Service = {
  service: serviceName('checkout'),
  repository: 'acme/checkout',
  branch: 'main',
  folder: '.',
  owners: [],
  currentRelease: releaseNumber(411),
  active: deployment,
  why: null,
  changedAt: null,
  policy: null,
  hosts: [...hosts],
  deployments: [],
  sequence: 1,
  lane: { service: serviceName('checkout'), lock: null, active: entry, queue: [] },
};
