import { expect, test } from '@jest/globals';
import type { Deployment, DeploymentRegion, ServiceHosts } from '../client/api.ts';
import { deploymentFixture, hostsFixture } from '../live/known.fixture.ts';
import { hostsKey, type Known } from '../live/known.ts';
import { hostsNow } from './hosts-now.ts';

const region = (name: string, state: DeploymentRegion['state']): DeploymentRegion => ({
  region: name,
  stage: 'world',
  state,
  batch: 2,
  batches: 2,
  hosts: { total: 5, switched: 5, healthy: 5, failed: 0 },
  reason: null,
});
const deployment = (parts: Partial<Deployment> = {}): Deployment =>
  deploymentFixture({
    state: 'undoing',
    regions: [region('eu-west', 'undoing'), region('us-east', 'undoing')],
    hosts: { total: 10, onRelease: 10 },
    ...parts,
  });
const told = (...reports: readonly ServiceHosts[]): Known['hosts'] =>
  Object.fromEntries(reports.map((each) => [hostsKey(each.service, each.region), each]));
const onRelease = (name: string, hosts: number): ServiceHosts => ({
  ...hostsFixture(name, 5),
  running: [{ release: 412, hosts }],
});

test('on the way back hosts on the release become fewer with each report of a region', () => {
  expect(hostsNow(deployment(), told(onRelease('eu-west', 2)))).toEqual({ total: 10, onRelease: 7 });
  expect(hostsNow(deployment(), told(onRelease('eu-west', 0), onRelease('us-east', 1))).onRelease).toBe(1);
});

test('what the api says stands on the way forward, at the end, and where regions are not known', () => {
  const hosts = told(onRelease('eu-west', 2));
  const { regions: _, ...summary } = deployment();
  expect(hostsNow(deployment({ state: 'rolling' }), hosts).onRelease).toBe(10);
  expect(hostsNow(deployment({ state: 'undone', outcome: 'undone' }), hosts).onRelease).toBe(10);
  expect(hostsNow(summary, hosts).onRelease).toBe(10);
});
