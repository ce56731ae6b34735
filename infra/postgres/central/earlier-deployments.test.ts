import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FinishDeploymentInput } from '../../../activities/deployment-record/contract.ts';
import { leftBehind } from '../../../domain/hook/find-left-behind.ts';
import { deploymentNumber, digest, regionName, serviceName } from '../../../domain/names.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import { parseServiceSpec } from '../../../protocol/service-spec.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createProjection } from './api-projection.ts';
import { createRegionRecords } from './region-records.ts';
import { createReleaseRecords } from './release-records.ts';

let central: CentralTestDatabase;
beforeAll(async () => {
  central = await createCentralDatabase();
});
afterAll(() => central.close());

const service = serviceName('checkout');
const [euWest, apSouth] = [regionName('eu-west'), regionName('ap-south')];
type Region = typeof euWest;

function specWith(more: string): ServiceSpec {
  const parsed = parseServiceSpec(`
service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
rollout: { stages: [{ name: world, regions: [eu-west, ap-south], batches: [100%] }] }
${more}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}
const plain = specWith('');
const oneWay = specWith('hooks: { before: [{ run: ./up, undo: ./down }] }\ncompatibleWith: none');

/** A deployment that tells regions, runs its hook if it has one, and ends as it is said. */
async function deploy(
  spec: ServiceSpec,
  outcome: FinishDeploymentInput['outcome'],
  outcomes: Partial<Record<Region, FinishDeploymentInput['regions'][number]['outcome']>>,
) {
  const { database } = central;
  const lanes = createLaneRecords(database);
  const key = `m${Math.random()}`;
  const opened = await lanes.open(mergeRequest(key));
  if (!('deployment' in opened)) throw new Error(JSON.stringify(opened));
  const { deployment, release } = opened.deployment;
  await lanes.claimStart({ service, deployment });
  const digests = { digest: digest(`sha256:${String(release).padStart(64, '0')}`) };
  const built = { ...digests, configDigest: digests.digest, totalBytes: 1, files: 1, buildLog: null };
  await createReleaseRecords(database).recordSigned({ service, release, deployment, spec, ...built });
  const attempt = { deployment, local: 0 };
  const regions = Object.keys(outcomes) as Region[];
  for (const region of regions)
    await createRegionRecords(database).recordIntent({ ...begin, deployment, region, attempt });
  const records = createDeploymentRecords(database);
  if (spec.hooks !== undefined) await records.showProgress(hookRan(deployment) as never);
  const ends = regions.map((region) => ({ region, outcome: outcomes[region]! }));
  await records.finish({ ...ended, deployment, outcome, regions: ends });
  return deployment;
}

const begin = { service, step: 'begin', mode: 'advance', next: null, knownGeneration: 0 } as const;
const ended = { service, sequence: 9, reason: 'why', pending: [], lock: null };
const shown = { state: 'rolling', stage: null, paused: false, held: false, waiting: null, waitingFor: null };
const hookRan = (deployment: number) => ({
  ...shown,
  service,
  deployment,
  sequence: 2,
  regions: [],
  approvals: null,
  actor: 'slipway',
  event: 'hook-ended',
  message: 'ran',
  hook: { moment: 'before', region: null, index: 0, does: 'run', command: './up', state: 'ran', why: null, log: null },
});

const before = (deployment: number | null, regions: readonly Region[] = [euWest, apSouth]) => ({
  service,
  deployment: deployment === null ? null : deploymentNumber(deployment),
  regions,
});
const left = (deployment: number | null, regions?: readonly Region[]) =>
  createProjection(central.database).findLeftBehind(before(deployment, regions));

test('what a held deployment did stands for all after it, until one succeeds where it stands', async () => {
  const held = await deploy(oneWay, 'cancelled', { [euWest]: 'held' });
  // Nothing ran before: an undo stops the hosts, and nothing old meets what it did.
  expect(await left(null)).toEqual([]);
  const first = await deploy(plain, 'succeeded', { [euWest]: 'succeeded', [apSouth]: 'succeeded' });
  expect([held, await left(null)]).toEqual([first - 1, []]);

  const second = await deploy(oneWay, 'cancelled', { [euWest]: 'held' });
  const expected = { deployment: second, release: expect.any(Number), compatibleWith: 'none', hooks: ['./up'] };
  expect(await left(null)).toEqual([expected]);
  expect(await left(second)).toEqual([]);
  const next = await deploy(plain, 'undone', { [euWest]: 'undone' });
  // That one went back, and nobody ran the hooks' undo.
  expect(await left(null)).toEqual([expected]);
  const of = { ...before(next), deployment: next };
  expect(leftBehind(await createReleaseRecords(central.database).listEarlier(of))).toEqual([expected]);

  await deploy(plain, 'succeeded', { [euWest]: 'succeeded' });
  expect(await left(null, [euWest])).toEqual([]);
  // There hosts would go back to what ran before all of that.
  expect(await left(null, [apSouth])).toEqual([expected]);
  await deploy(plain, 'succeeded', { [apSouth]: 'succeeded' });
  expect(await left(null)).toEqual([]);
});

test('a region that was skipped has still to go behind it', async () => {
  const skipping = await deploy(oneWay, 'succeeded', { [euWest]: 'succeeded', [apSouth]: 'skipped' });
  expect(await left(null, [euWest])).toEqual([]);
  expect(await left(null)).toMatchObject([{ deployment: skipping, compatibleWith: 'none' }]);
});
