/** The api of a service whose first release is signed and second is built still, each with a deployment. Temporal is away. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BlobStore } from '../../../activities/blob-store.ts';
import { storeLog } from '../../../activities/build/store-release.ts';
import { deploymentNumber, digest, releaseNumber, serviceName } from '../../../domain/names.ts';
import { createRegionSummaries } from '../../../infra/postgres/central/api-summaries.ts';
import { createDeploymentRecords } from '../../../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import { createReleaseRecords } from '../../../infra/postgres/central/release-records.ts';
import { storedBuildLogs } from '../../../infra/stores/build-logs.ts';
import { openFolderStore } from '../../../infra/stores/folder-store.ts';
import { parseServiceSpec } from '../../../protocol/service-spec.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../../../test/central-database.ts';
import { signIn, startControlApi, type Asked, type TestControlApi } from '../../../test/control-api.ts';

export const service = serviceName('checkout');
export const one = deploymentNumber(1);
const someDigest = digest(`sha256:${'1'.repeat(64)}`);
export const noHosts = { total: 0, healthy: 0, unhealthy: 0, switching: 0, reverted: 0, unknown: 0, absent: 0 };
/** Longer than is answered of a log. */
const big = `${'x'.repeat(300 * 1024)}é the last line\n`;

export const parsed = parseServiceSpec(`
service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
approve: { quorum: 1, roles: [release-owner] }
rollout:
  stages:
    - { name: canary, regions: [eu-west], batches: [1, 100%], bake: 2m }
    - { name: world, regions: [ap-south], batches: [100%] }
`);

export interface PlannedService {
  readonly central: CentralTestDatabase;
  readonly api: TestControlApi;
  /** Of ada, a release-owner. */
  readonly token: string;
  /** Below all services. */
  get(address: string): Promise<Asked>;
  /** What the workflow of the first deployment records, which builds. */
  record(sequence: number, event: string, more: object): Promise<unknown>;
  close(): Promise<void>;
}

export async function openPlannedService(): Promise<PlannedService> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-store-'));
  const store = await openFolderStore(folder);
  const central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  const api = await startControlApi({ database, databaseUrl, logs: storedBuildLogs(store) });
  const token = await signIn(database, 'ada', 'release-owner');
  await fill(central, store);
  return {
    central,
    api,
    token,
    get: (address) => api.ask(`/v1/services/${address}`, { token }),
    record: (sequence, event, more) =>
      createDeploymentRecords(database).showProgress({ ...progress, sequence, event, message: event, ...more }),
    async close() {
      await api.close();
      await central.close();
      await rm(folder, { recursive: true });
    },
  };
}

const progress = {
  service,
  deployment: one,
  state: 'building',
  stage: null,
  paused: false,
  held: false,
  waiting: null,
  waitingFor: null,
  regions: [],
  approvals: null,
  actor: 'slipway',
} as const;

async function fill({ database }: CentralTestDatabase, store: BlobStore): Promise<void> {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const lanes = createLaneRecords(database);
  for (const key of ['m1', 'm2']) await lanes.open(mergeRequest(key));
  await lanes.claimStart({ service, deployment: one });
  const buildLog = await storeLog(store, { bytes: Buffer.from(big), truncated: false });
  await createReleaseRecords(database).recordSigned({
    service,
    release: releaseNumber(1),
    deployment: one,
    digest: someDigest,
    configDigest: someDigest,
    spec: parsed.spec,
    totalBytes: 1_024,
    files: 3,
    buildLog,
  });
  const hosts = { ...noHosts, total: 3, healthy: 2, absent: 1 };
  await createRegionSummaries(database).store({
    region: 'eu-west',
    sequence: 1,
    at: new Date().toISOString(),
    services: [{ service, generation: 1, hosts, running: [] }],
  } as never);
}
