import { regionName, serviceName } from '../../domain/names.ts';
import { deploymentSchema, type Deployment, type DeploymentRegion } from '../../protocol/api/deployment.ts';
import { serviceHostsSchema, type ServiceHosts } from '../../protocol/api/region.ts';

/** What the api tells of `checkout/2`, a second after noon. */

export const noon = Date.parse('2026-11-24T12:00:00.000Z');
export const afterNoon = (seconds: number): string => new Date(noon + seconds * 1000).toISOString();

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

export function deploymentOf(change: Partial<Deployment> = {}): Deployment {
  return deploymentSchema.parse({
    deployment: 'checkout/2',
    service: 'checkout',
    number: 2,
    kind: 'rollout',
    release: 2,
    from: 1,
    subject: 'Greet faster',
    state: 'rolling',
    stage: 'world',
    paused: false,
    held: false,
    waiting: null,
    outcome: null,
    reason: null,
    pending: [],
    startedAt: afterNoon(-10),
    endedAt: null,
    since: afterNoon(-4),
    why: null,
    hosts: { total: 4, onRelease: 2 },
    sequence: 7,
    source: {
      from: 'merge',
      commit: 'a'.repeat(40),
      before: 'b'.repeat(40),
      branch: 'main',
      authors: ['lin'],
      pusher: 'lin',
      subject: 'Greet faster',
    },
    regions: [],
    steps: [],
    verbs: [],
    approvals: null,
    binding: null,
    pointOfNoReturn: false,
    links: { temporal: null, commit: null },
    ...change,
  });
}

export function reportOf(region: string, change: Partial<ServiceHosts> = {}): ServiceHosts {
  return serviceHostsSchema.parse({
    service: serviceName('checkout'),
    region,
    hosts: { total: 2, healthy: 2, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 },
    running: [],
    at: afterNoon(-2),
    stale: false,
    ...change,
  });
}
