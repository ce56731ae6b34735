import type { Deployment, Lane, ServiceHosts } from '../client/api.ts';

const at = '2026-11-25T12:00:00Z';

/** `checkout/87`, which rolls out @412 and is in its canary. */
export const deploymentFixture = (parts: Partial<Deployment> = {}): Deployment => ({
  deployment: 'checkout/87',
  service: 'checkout',
  number: 87,
  kind: 'rollout',
  release: 412,
  from: 411,
  subject: 'Fix double charge',
  state: 'rolling',
  stage: 'canary',
  paused: false,
  held: false,
  waiting: null,
  outcome: null,
  reason: null,
  pending: [],
  startedAt: at,
  endedAt: null,
  since: at,
  why: null,
  hosts: { total: 10, onRelease: 3 },
  sequence: 1,
  source: {
    from: 'merge',
    commit: 'a'.repeat(40),
    before: 'b'.repeat(40),
    branch: 'main',
    authors: ['lin'],
    pusher: 'lin',
    subject: 'Fix double charge',
  },
  regions: [],
  steps: [],
  verbs: [],
  approvals: null,
  budget: null,
  binding: null,
  pointOfNoReturn: false,
  commit: 'a'.repeat(40),
  traceId: null,
  links: { temporal: null, commit: null, trace: null },
  ...parts,
});

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
