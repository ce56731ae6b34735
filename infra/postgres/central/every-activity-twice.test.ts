import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { createDeploymentRecordActivities } from '../../../activities/deployment-record/activities.ts';
import type { DeploymentRecordActivities, Obligation } from '../../../activities/deployment-record/contract.ts';
import { createFleetActivities } from '../../../activities/fleet/activities.ts';
import type { FleetActivities } from '../../../activities/fleet/contract.ts';
import { createLaneActivities } from '../../../activities/lane/activities.ts';
import type { LaneActivities } from '../../../activities/lane/contract.ts';
import type { DeploymentWorkflows } from '../../../activities/lane/deployment-workflows.ts';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import type { Generation } from '../../../domain/names.ts';
import type { ServiceSpec } from '../../../domain/spec/service-spec.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { zoneRules } from '../../calendar/zone-rules.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { createFleetRecords } from './fleet-records.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';
import { createReleaseRecords } from './release-records.ts';

const service = serviceName('checkout');
const region = regionName('ap-south');
const one = { service, deployment: deploymentNumber(1) };
const two = { service, deployment: deploymentNumber(2) };
const attempt = { deployment: one.deployment, local: 0 };
const obligation: Obligation = {
  ...one,
  region,
  kind: 'undo',
  attempt,
  generation: 0,
  controlRevision: 0,
  reason: 'dark',
};
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00.000Z' };
const window = { every: 'week', timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' } as const;
const someDigest = digest(`sha256:${'1'.repeat(64)}`);

type Activities = FleetActivities &
  LaneActivities &
  DeploymentRecordActivities &
  ReturnType<typeof createReleaseRecords>;
type Step = readonly [name: string, run: (activities: Activities) => Promise<unknown>];

/** In an order in which each has something to do. */
const pendingRollback = {
  of: deploymentNumber(1),
  opened: null,
  by: 'ada',
  reason: '',
  key: 'r',
  traceparent: null,
};
const steps: readonly Step[] = [
  ['openDeployment', (a) => a.openDeployment(mergeRequest('m1'))],
  ['openDeployment of another', (a) => a.openDeployment(mergeRequest('m2'))],
  ['loadLane', (a) => a.loadLane({ service })],
  ['startDeployment', (a) => a.startDeployment(one)],
  ['describeDeployment', (a) => a.describeDeployment(one)],
  ['cancelDeployment', (a) => a.cancelDeployment({ ...two, by: 'mo', reason: 'not now' })],
  ['startDeployment of a cancelled one', (a) => a.startDeployment(two)],
  ['recordLock', (a) => a.recordLock({ service, lock, by: 'mo', reason: 'INC-7', key: 'k' })],
  ['holdService', (a) => a.holdService(one)],
  [
    'recordSigned',
    (a) =>
      a.recordSigned({
        ...one,
        release: releaseNumber(1),
        digest: someDigest,
        configDigest: someDigest,
        spec: {} as ServiceSpec,
        totalBytes: 1,
        files: 1,
        buildLog: null,
      }),
  ],
  [
    'saveAdmission',
    (a) =>
      a.saveAdmission({
        ...one,
        release: releaseNumber(1),
        regions: [region],
        approvers: ['mo'],
        evidence: someDigest,
        digest: someDigest,
        envelope: '{}',
        admittedAt: '2026-01-01T00:00:00.000Z',
      }),
  ],
  [
    'recordProgress',
    (a) =>
      a.recordProgress({
        ...one,
        sequence: 1,
        state: 'rolling',
        stage: 'world',
        paused: false,
        held: false,
        waiting: null,
        regions: [],
        approvals: null,
        actor: 'slipway',
        event: 'stage-started',
        message: 'stage world',
      }),
  ],
  [
    'recordIntent',
    (a) =>
      a.recordIntent({
        ...one,
        region,
        attempt,
        step: 'begin',
        mode: 'advance',
        next: null,
        knownGeneration: 7 as Generation,
      }),
  ],
  [
    'takeFleetTurn',
    (a) => a.takeFleetTurn({ asks: [{ ...one, regions: [region], requestId: 'run-1' }], looksAfterHolders: true }),
  ],
  ['lookAtWindow', (a) => a.lookAtWindow({ ...one, window })],
  [
    'recordBrokenGlass',
    (a) => {
      const at = '2026-01-01T00:00:00.000Z';
      const word = { person: 'mo', role: 'release-owner', reason: 'down', incident: 'INC-7', at } as const;
      return a.recordBrokenGlass({ ...one, stage: null, broken: [word], excluded: [], review: true });
    },
  ],
  ['recordPointOfNoReturn', (a) => a.recordPointOfNoReturn(one)],
  ['recordObligation', (a) => a.recordObligation(obligation)],
  [
    'finishDeployment',
    (a) =>
      a.finishDeployment({
        ...one,
        sequence: 2,
        outcome: 'undone',
        reason: 'bad',
        regions: [{ region, outcome: 'undone' }],
        pending: [region],
        lock,
      }),
  ],
  ['listObligations', (a) => a.listObligations({ region, runAt: '2026-11-24T10:00:00.000Z', most: 20 })],
  ['settleObligation', (a) => a.settleObligation({ ...obligation, settlement: 'applied' })],
  ['findRollbackTarget', (a) => a.findRollbackTarget({ service })],
  ['recordRollback', (a) => a.recordRollback({ service, of: pendingRollback.of, rollback: pendingRollback })],
  [
    'recordRollback, refused',
    (a) =>
      a.recordRollback({
        service,
        of: pendingRollback.of,
        rollback: null,
        refused: { by: 'ada', key: 'r', reason: 'no release ran before this one' },
      }),
  ],
  ['recordRollback, seen to', (a) => a.recordRollback({ service, of: pendingRollback.of, rollback: null })],
];

let central: CentralTestDatabase;
beforeEach(async () => {
  central = await createCentralDatabase();
});
afterEach(() => central.close());

/** Ids are used once, as Temporal is told to; nothing else of it matters here. */
function onceStarted(): DeploymentWorkflows {
  const started = new Set<number>();
  return {
    async start({ deployment }) {
      started.add(deployment);
      return { runId: `run-${deployment}`, isNew: true };
    },
    find: async ({ deployment }) =>
      started.has(deployment) ? { state: 'running', runId: `run-${deployment}` } : { state: 'absent', runId: null },
    recover: () => Promise.reject(new Error('nothing is lost here')),
  };
}

function activitiesOf({ database }: CentralTestDatabase): Activities {
  const deployments = createDeploymentRecords(database);
  const workflows = onceStarted();
  return {
    ...createLaneActivities({ records: createLaneRecords(database), workflows }),
    ...createFleetActivities({
      records: createFleetRecords(database),
      workflows,
      caps: { overall: 1, perRegion: 1 },
      rules: zoneRules,
      now: () => Date.parse('2026-01-01T00:00:00.000Z'),
    }),
    ...createDeploymentRecordActivities({ deployments, regions: createRegionRecords(database) }),
    ...createReleaseRecords(database),
  };
}

const asOnce = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'outcome' in answer && answer.outcome === 'repeated'
    ? { ...answer, outcome: 'opened' }
    : answer;

/** Every row of every table, as text. */
async function content(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ xml: string }>(`select schema_to_xml('public', true, false, '') as xml`);
    return rows[0]!.xml;
  } finally {
    await client.end();
  }
}

test('promise 10: every activity of the centre run twice has the effect, and the answer, of once', async () => {
  const activities = activitiesOf(central);
  for (const [name, run] of steps) {
    const answer = await run(activities);
    const once = await content(central.url);
    const repeated = await run(activities);
    expect([name, await content(central.url)]).toEqual([name, once]);
    // A repeat of opening says that it is one; all else of its answer is the same.
    expect([name, asOnce(repeated)]).toEqual([name, answer]);
  }
});

test('promise 10: every activity run twice at once has the effect of once', async () => {
  const activities = activitiesOf(central);
  const alone = await createCentralDatabase();
  try {
    const sequential = activitiesOf(alone);
    for (const [, run] of steps) {
      await Promise.all([run(activities), run(activities)]);
      await run(sequential);
    }
    expect(await recordedKeys(central)).toEqual(await recordedKeys(alone));
  } finally {
    await alone.close();
  }
});

const recordedKeys = async ({ database }: CentralTestDatabase) =>
  database.em.fork().execute('select verb, object, detail from audit order by sequence');
