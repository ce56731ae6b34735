import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { storeLog } from '../../../activities/build/store-release.ts';
import type { DeploymentProgress, HookChange } from '../../../activities/deployment-record/contract.ts';
import { deploymentNumber, digest, releaseNumber, serviceName } from '../../../domain/names.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { storedBuildLogs } from '../../../infra/stores/build-logs.ts';
import { openFolderStore } from '../../../infra/stores/folder-store.ts';
import { parseServiceSpec } from '../../../protocol/service-spec.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let token: string;
let folder: string;
let store: Awaited<ReturnType<typeof openFolderStore>>;
const service = serviceName('checkout');
const deployment = deploymentNumber(1);
const someDigest = digest(`sha256:${'1'.repeat(64)}`);

const parsed = parseServiceSpec(`
service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
rollout: { stages: [{ name: world, regions: [eu-west], batches: [100%] }] }
hooks: { before: [{ run: ./up, undo: ./down }, { run: ./mail }] }
compatibleWith: none
`);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  store = await openFolderStore(folder);
  central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  api = await startControlApi({ database, databaseUrl, logs: storedBuildLogs(store) });
  token = await signIn(database, 'ada', 'release-owner');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const lanes = createLaneRecords(database);
  await lanes.open(mergeRequest('m1'));
  await lanes.claimStart({ service, deployment });
  await createReleaseRecords(database).recordSigned({
    service,
    release: releaseNumber(1),
    deployment,
    digest: someDigest,
    configDigest: someDigest,
    spec: parsed.spec,
    totalBytes: 1_024,
    files: 3,
    buildLog: null,
  });
});
afterAll(async () => {
  await api.close();
  await central.close();
  await rm(folder, { recursive: true });
});

const get = (address: string) => api.ask(`/v1/services/checkout${address}`, { token });
let sequence = 0;
const record = (event: string, more: Partial<DeploymentProgress>) =>
  createDeploymentRecords(central.database).showProgress({
    service,
    deployment,
    sequence: ++sequence,
    state: 'rolling',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    waitingFor: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event,
    message: event,
    ...more,
  });
const hook = (index: number, state: HookChange['state'], more: Partial<HookChange> = {}): HookChange => ({
  moment: 'before',
  region: null,
  index,
  does: 'run',
  command: index === 0 ? './up' : './mail',
  state,
  why: null,
  log: null,
  ...more,
});

test('a plan names its hooks, what cannot be undone, and asks for an approval because of it', async () => {
  const { body } = await get('/plan');
  expect(body).toMatchObject({
    hooks: {
      before: [
        { run: './up', undo: './down' },
        { run: './mail', undo: null },
      ],
    },
    compatibleWith: 'none',
    irreversible: [
      '"./mail" cannot be undone: hooks.before[1] has no undo',
      expect.stringContaining('compatibleWith: none'),
    ],
    approval: { quorum: 1, roles: ['release-owner'] },
  });
});

test('where no hooks are allowed the plan is refused, with what to set', async () => {
  const { database, url: databaseUrl } = central;
  const bare = await startControlApi({ database, databaseUrl, hooksAllowed: false });
  try {
    const answer = await bare.ask('/v1/services/checkout/plan', { token });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'refused']);
    expect(String(answer.body.detail)).toMatch(/hooks\.before\[0\]: .*SLIPWAY_HOOKS=on-build-workers/);
  } finally {
    await bare.close();
  }
});

test('hooks of a deployment are told in their order, with what each printed', async () => {
  expect((await get('/deployments/1/hooks')).body).toEqual({ items: [] });
  expect((await get('/deployments/9/hooks')).status).toBe(404);
  const log = await storeLog(store, { bytes: Buffer.from('migrates é\n'), truncated: false });
  await record('hook-started', { hook: hook(0, 'begun') });
  await record('hook-ended', { hook: hook(0, 'ran', { log }) });
  await record('hook-started', { hook: hook(1, 'begun') });
  await record('hook-failed', { hook: hook(1, 'failed', { why: 'exit code 1' }) });
  const { items } = (await get('/deployments/1/hooks')).body as { items: object[] };
  expect(items).toMatchObject([
    { place: 'hooks.before[0]', command: './up', state: 'ran', text: 'migrates é\n', truncated: false },
    { place: 'hooks.before[1]', state: 'failed', why: 'exit code 1', text: null, endedAt: expect.any(String) },
  ]);
});

test('the dialog of an abort names what runs and what stays', async () => {
  await record('batch-advanced', {
    regions: [
      {
        region: 'eu-west' as never,
        state: 'rolling',
        batch: 1,
        batches: 1,
        hosts: { total: 1, switched: 1, healthy: 1, failed: 0 },
        reason: null,
      },
    ],
  });
  const { body } = await get('/dialog?verb=abort&deployment=1');
  expect(body.lines).toContainEqual({
    label: 'Hooks',
    text: './down runs once regions are undone. ./mail cannot be undone: it stays, and so does what ran before it.',
  });
});

test('a deployment shows its hooks, and what its undo has left', async () => {
  const left = { what: 'hook', name: 'hooks.before[1]', left: './mail', undo: null, why: 'it has no undo' } as const;
  await createDeploymentRecords(central.database).finish({
    service,
    deployment,
    sequence: ++sequence,
    outcome: 'failed',
    reason: 'bad; not undone: "./mail"',
    regions: [],
    pending: [],
    lock: { owner: 'slipway', reason: 'not undone', since: new Date().toISOString() },
    notUndone: [left],
  });
  const { body } = await get('/deployments/1');
  expect(body).toMatchObject({
    hooks: { before: [{ run: './up' }, { run: './mail' }] },
    notUndone: [left],
    why: {
      next: { text: 'Undo by hand what "./mail" did, then unlock checkout.', verb: 'unlock' },
      needsSomeone: true,
    },
  });
});
