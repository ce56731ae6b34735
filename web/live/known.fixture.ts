import { deploymentAnswer } from '../../protocol/api/deployment.fixture.ts';
import type { Deployment, Lane, ServiceHosts, ServiceSummary } from '../client/api.ts';

const at = deploymentAnswer.since;

export const deploymentFixture = (parts: Partial<Deployment> = {}): Deployment => ({ ...deploymentAnswer, ...parts });

export const laneFixture = (parts: Partial<Lane> = {}): Lane => ({
  service: 'checkout',
  lock: null,
  active: null,
  queue: [],
  ...parts,
});

/** All its hosts are healthy. */
export const hostsFixture = (region: string, healthy: number, reportedAt: string | null = at): ServiceHosts => ({
  service: 'checkout',
  region,
  hosts: { total: healthy, healthy, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 },
  running: [{ release: 412, hosts: healthy }],
  at: reportedAt,
  stale: false,
});

/** It is settled in one region. */
export const serviceFixture = (name: string, parts: Partial<ServiceSummary> = {}): ServiceSummary => ({
  service: name,
  repository: `acme/${name}`,
  cloneUrl: 'file:///repositories/checkout',
  branch: 'main',
  folder: '.',
  owners: ['payments'],
  currentRelease: 18,
  lane: laneFixture({ service: name }),
  active: null,
  why: null,
  hosts: [{ ...hostsFixture('eu-west', 3), service: name }],
  changedAt: null,
  ...parts,
});
