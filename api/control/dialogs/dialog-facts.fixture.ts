import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { ApprovePolicy } from '../../../domain/spec/service-spec.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import type { HostCounts } from '../../../protocol/api/region.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import type { DeploymentDialogFacts, DialogText, ServiceDialogFacts, TokenDialogFacts } from './dialog-facts.ts';

export const service = serviceName('checkout');
export const [usEast, apSouth] = [regionName('us-east'), regionName('ap-south')];
export const noon = '2026-11-24T12:00:00.000Z';
export const none: HostCounts = {
  total: 0,
  healthy: 0,
  unhealthy: 0,
  switching: 0,
  reverted: 0,
  unknown: 0,
  absent: 0,
};
export const planDigest = digest(`sha256:${'2'.repeat(64)}`);

export const hostsIn = (region: typeof usEast, total: number, stale = false) => ({
  service,
  region,
  hosts: { ...none, total, healthy: total },
  running: [],
  at: noon,
  stale,
});
export const entry = (number: number, release: number, kind: 'rollout' | 'rollback' = 'rollout') => ({
  deployment: `checkout/${number}`,
  number: deploymentNumber(number),
  release: releaseNumber(release),
  kind,
});
/** checkout/87 is active and brings @412; checkout/88 waits behind it. */
export const lane: Lane = { service, lock: null, active: entry(87, 412), queue: [entry(88, 413)] };
export const lock = { owner: 'mo', reason: 'INC-7', since: noon };

export const shared: ServiceDialogFacts = {
  service,
  lane,
  currentRelease: releaseNumber(411),
  hosts: [hostsIn(usEast, 6_185), hostsIn(apSouth, 155, true)],
  took: { deploy: null, rollback: null, undo: { leastMs: 1, medianMs: 50_000, worstMs: 100_000, count: 10 } },
};

export const region = (name: typeof usEast, state: 'rolling' | 'ready') => ({
  region: name,
  stage: 'world',
  state,
  batch: 1,
  batches: 2,
  hosts: { total: 0, switched: 0, healthy: 0, failed: 0 },
  reason: null,
});
export const deployment = (more: Partial<StoredDeployment> = {}): StoredDeployment =>
  ({
    deployment: 'checkout/87',
    service,
    number: deploymentNumber(87),
    release: releaseNumber(412),
    from: releaseNumber(411),
    subject: 'Fix double charge',
    state: 'rolling',
    outcome: null,
    paused: false,
    held: false,
    waiting: null,
    pointOfNoReturn: false,
    ends: null,
    approvals: { given: 0, wanted: 1 },
    verbs: [],
    hosts: { total: 10_120, onRelease: 6_340 },
    regions: [region(usEast, 'rolling'), region(apSouth, 'rolling')],
    ...more,
  }) as StoredDeployment;
/** checkout/87, on its way in both regions. */
export const about = (more: Partial<StoredDeployment> = {}): DeploymentDialogFacts => ({
  ...shared,
  deployment: deployment(more),
  lockAfter: true,
  hooks: {},
  begunHooks: [],
});
/** `./migrate up` has run. */
export const hooked = (more: Partial<StoredDeployment> = {}): DeploymentDialogFacts => {
  const migrate = { run: './migrate up', undo: './migrate down', timeoutMs: 1, mayStay: false, destructive: false };
  return {
    ...about(more),
    hooks: { hooks: { before: [migrate], after: [], region: { before: [], after: [] } } },
    begunHooks: [{ moment: 'before', region: null, index: 0, state: 'ran' }],
  };
};
/** It waits for approval: no host has changed. */
export const untouched: Partial<StoredDeployment> = { state: 'approving', regions: [region(usEast, 'ready')] };
export const binding = {
  service,
  deployment: deploymentNumber(87),
  release: { number: releaseNumber(412), digest: planDigest },
  planDigest,
  regions: [usEast],
};
export const askedOf = (policy: Partial<ApprovePolicy>) => ({
  stage: null,
  binding,
  policy: { quorum: 1, roles: ['release-owner'], expiresMs: 60_000, ...policy } as const,
  brokenBy: [],
});
/** As mo is shown it, who may agree. */
export const byToken = (more: Partial<StoredDeployment>, person = 'mo'): TokenDialogFacts => ({
  ...about(more),
  person,
  roles: ['release-owner'],
  teams: [],
  asked: askedOf({}),
  excluded: ['lin'],
  approvedBy: [],
  binding,
});
export const textOf = ({ lines }: DialogText, label: string) => lines.find((line) => line.label === label)?.text;
