import { deploymentNumber, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import { deploymentAnswer } from '../protocol/api/deployment.fixture.ts';
import { deploymentSchema, type Deployment, type DeploymentRegion } from '../protocol/api/deployment.ts';
import { serviceHostsSchema, type HostCounts, type ServiceHosts } from '../protocol/api/region.ts';
import { serviceSchema, type Service } from '../protocol/api/service.ts';
import type { Why } from '../protocol/api/why.ts';

/** What the api shows of `checkout`: whole, but for what a test changes. */

export const noon = Date.parse('2026-11-24T12:00:00.000Z');
export const afterNoon = (seconds: number): string => new Date(noon + seconds * 1000).toISOString();
export const now = new Date(noon + 1000);

export function regionOf(name: string, change: Partial<Omit<DeploymentRegion, 'region'>> = {}): DeploymentRegion {
  return {
    region: regionName(name),
    stage: 'world',
    state: 'pending',
    batch: 0,
    batches: 2,
    hosts: { total: 2, switched: 0, healthy: 0, failed: 0 },
    reason: null,
    ...change,
  };
}

export const doneRegion = (name: string): DeploymentRegion =>
  regionOf(name, { state: 'done', batch: 2, hosts: { total: 2, switched: 2, healthy: 2, failed: 0 } });

/** `checkout/2`, on its way. */
export const deploymentOf = (change: Partial<Deployment> = {}): Deployment =>
  deploymentSchema.parse({
    ...deploymentAnswer,
    deployment: 'checkout/2',
    number: 2,
    release: 2,
    from: 1,
    subject: 'Greet faster',
    stage: 'world',
    startedAt: afterNoon(-10),
    since: afterNoon(-4),
    hosts: { total: 4, onRelease: 2 },
    sequence: 7,
    ...change,
  });

export const noHosts: HostCounts = {
  total: 0,
  healthy: 0,
  unhealthy: 0,
  switching: 0,
  reverted: 0,
  unknown: 0,
  absent: 0,
};

export function reportOf(region: string, change: Partial<ServiceHosts> = {}): ServiceHosts {
  return serviceHostsSchema.parse({
    service: serviceName('checkout'),
    region,
    hosts: { ...noHosts, total: 2, healthy: 2 },
    running: [],
    at: afterNoon(-2),
    stale: false,
    ...change,
  });
}

export const why: Why = {
  cause: 'held: budget exceeded',
  since: afterNoon(-239),
  next: { text: 'a person must resume or abort it', command: 'slipway resume checkout/87', verb: 'resume' },
  needsSomeone: true,
};

/** `checkout/87`, on its way to two regions of a larger company. */
export const deployment = deploymentOf({
  deployment: 'checkout/87',
  number: deploymentNumber(87),
  release: releaseNumber(412),
  from: releaseNumber(411),
  subject: 'Fix double charge',
  since: afterNoon(-239),
  hosts: { total: 1820, onRelease: 1200 },
});

/** What its lane is at. */
export const service: Service = serviceSchema.parse({
  service: 'checkout',
  repository: 'acme/checkout',
  cloneUrl: 'https://code.example/acme/checkout.git',
  branch: 'main',
  folder: '.',
  owners: [],
  currentRelease: 411,
  active: deployment,
  why: null,
  changedAt: null,
  policy: null,
  hosts: [
    reportOf('eu-west', {
      hosts: { ...noHosts, total: 1200, healthy: 1200 },
      running: [{ release: 412, hosts: 1200 }],
      at: afterNoon(0),
    }),
    reportOf('ap-south', {
      hosts: { ...noHosts, total: 620, healthy: 620 },
      running: [{ release: 411, hosts: 620 }],
      at: afterNoon(-540),
      stale: true,
    }),
  ],
  deployments: [],
  sequence: 1,
  lane: {
    service: 'checkout',
    lock: null,
    active: { deployment: 'checkout/87', number: 87, release: 412, kind: 'rollout' },
    queue: [],
  },
});
