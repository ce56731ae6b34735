import { deploymentNumber, regionName, releaseNumber, serviceName } from '../names.ts';
import type { StagedRegion } from './stages.ts';
import type { DeploymentFacts } from './why-facts.ts';

export const noon = '2026-11-24T12:00:00.000Z';
export const checkout = serviceName('checkout');
export const [euWest, usEast, apSouth] = [regionName('eu-west'), regionName('us-east'), regionName('ap-south')];

export const inRegion = (
  region: StagedRegion['region'],
  state: StagedRegion['state'],
  more: Partial<StagedRegion> = {},
): StagedRegion => ({
  region,
  stage: region === euWest ? 'canary' : 'world',
  state,
  batch: 2,
  batches: 4,
  hosts: { total: 10, switched: 4, healthy: 3, failed: 1 },
  reason: null,
  ...more,
});

/** checkout/87, which brings checkout@412 and is the newest, on its way. */
export const facts = (more: Partial<DeploymentFacts> = {}): DeploymentFacts => ({
  service: checkout,
  number: deploymentNumber(87),
  release: releaseNumber(412),
  state: 'rolling',
  outcome: null,
  stage: 'world',
  stages: ['canary', 'world'],
  paused: false,
  held: false,
  waiting: null,
  waitingFor: null,
  reason: null,
  pending: [],
  regions: [],
  approvals: null,
  pointOfNoReturn: false,
  since: noon,
  lock: null,
  isNewest: true,
  ...more,
});
