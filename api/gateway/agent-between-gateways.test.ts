import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { orderOf } from '../../agent/gateway/gateway-order.ts';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { stopHost } from '../../agent/stop-host.ts';
import { until } from '../../agent/testing/test-agent.ts';
import { makeRelease, type TestRelease } from '../../agent/testing/test-release.ts';
import type { Placement } from '../../domain/goal/goal.ts';
import { hostId, type Generation } from '../../domain/names.ts';
import { createTrust, keyFiles } from '../../infra/keys/create-trust.ts';
import { readPrivateKey } from '../../infra/keys/read-keys.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { createEnrolmentToken } from '../../infra/postgres/region/enrolment-tokens.ts';
import { createReplicaIndex } from '../../infra/postgres/region/replica-index.ts';
import { claimRegion } from '../../infra/postgres/region/region-database.ts';
import { HostRecord, HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { openGenerationFile } from '../../infra/stores/generation-file.ts';
import { admissionType } from '../../protocol/admission.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument } from '../../protocol/dsse.ts';
import { startGatewayProgram, type GatewayProgram } from '../../test/gateway-program.ts';
import { absentAfterMs, attempt, createGoalRegion, region, service, type GoalRegion } from '../../test/goal-region.ts';
import { patienceMs } from '../../test/patience.ts';
import { startProgram, type StartedProgram } from '../../test/started-program.ts';

const host = hostId('web-1');
let here: GoalRegion;
let folder: string;
let gateways: GatewayProgram[];
let agent: StartedProgram | undefined;
const keyFile = (file: string): string => path.join(folder, 'keys', file);
const directory = () => openAgentDirectory(path.join(folder, 'agent'));
const said = (): readonly string[] => agent?.lines ?? [];
const start = (port?: number): Promise<GatewayProgram> =>
  startGatewayProgram({ region, databaseUrl: here.url, folder }, port);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-between-gateways-'));
  await createTrust(path.join(folder, 'keys'), [region], new Date());
  here = await createGoalRegion(await readPrivateKey(keyFile(keyFiles.director(region))));
  await claimRegion(here.database.em, region);
  await mkdir(path.join(folder, 'store'));
  // As a region's worker would: a database with goals and no such file may be an older one.
  await openGenerationFile(path.join(folder, 'store')).raise(1 as Generation);
  const started = await Promise.all([start(), start()]);
  const urls = orderOf(
    host,
    started.map(({ url }) => new URL(url)),
  );
  gateways = started.toSorted((a) => (urls[0]!.port === new URL(a.url).port ? -1 : 1));
});
afterAll(async () => {
  await agent?.end('SIGTERM');
  await stopHost(directory().root, 1_000);
  await Promise.all(gateways.map(({ program }) => program.end('SIGKILL')));
  await here.close();
  await removeTree(folder);
});

async function startAgent(): Promise<void> {
  const token = path.join(folder, 'token');
  await writeFile(
    token,
    await createEnrolmentToken(here.database, { region, labels: { role: 'web' }, host, createdBy: 'mo' }),
  );
  const port = await freePort();
  agent = startProgram('agent/main.ts', {
    SLIPWAY_PROGRAM: `agent-${host}`,
    SLIPWAY_HOST: host,
    SLIPWAY_REGION: region,
    SLIPWAY_GATEWAY_URL: gateways.map(({ url }) => url).join(','),
    SLIPWAY_ROOT_FILE: keyFile(keyFiles.root),
    SLIPWAY_ENROLMENT_TOKEN_FILE: token,
    SLIPWAY_AGENT_DIRECTORY: directory().root,
    SLIPWAY_INSTANCE_PORTS: `${port}-${port}`,
    SLIPWAY_RESERVE_BYTES: '1048576',
  });
}

/** As a build and its copy to this region would leave it. */
async function publish(number: number, files: Readonly<Record<string, string>> = {}): Promise<TestRelease> {
  const release = makeRelease({ number, files }, await readPrivateKey(keyFile(keyFiles.build)));
  const store = await openFolderStore(path.join(folder, 'store'));
  const blobs = [...Object.values(release.parts), ...release.chunks.values()].map((bytes) => ({
    digest: digestOf(bytes),
    sizeBytes: bytes.length,
    bytes,
  }));
  for (const { digest, sizeBytes, bytes } of blobs) await store.put(digest, sizeBytes, bytes);
  const replica = { service, number: release.number, release: release.digest };
  const index = createReplicaIndex(here.database);
  await index.openReplica(replica);
  await index.recordChunks(
    release.digest,
    blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes, fetched: true })),
  );
  const chunks = blobs.map(({ digest }) => digest);
  expect(await index.publish(replica, release.envelope, chunks)).toBe('published');
  return release;
}

/** Begins the deployment and lets all hosts switch; `between` is done when they have the goal that names it. */
async function deploy(deployment: number, release: TestRelease, between?: () => Promise<void>): Promise<void> {
  const { beginRegion, advanceRegion, finishRegion } = here.activities;
  const next: Placement = { release: { number: release.number, digest: release.digest }, selector: { role: 'web' } };
  const document = {
    format: 'slipway.admission/1',
    service,
    release: next.release,
    config: release.configDigest,
    regions: [region],
    approvers: [],
    evidence: digestOf('evidence'),
    admittedAt: '2026-11-24T10:00:00.000Z',
  };
  const key = await readPrivateKey(keyFile(keyFiles.admission));
  const admission = JSON.stringify(signDocument(admissionType, document, key));
  const of = { service, region, attempt: attempt(deployment) };
  const knowing = { outcomes: [], centreGeneration: 0 as const, absentAfterMs };
  const begun = await beginRegion({ ...of, ...knowing, next, admission });
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  await between?.();
  const { generation } = begun.answer;
  const batch = { ...of, generation, batch: 1, share: { percent: 100 }, absentAfterMs };
  const advanced = await advanceRegion(batch);
  if (advanced.outcome !== 'written') throw new Error(advanced.reason);
  await untilSaid(release, advanced.answer.generation);
  const last = { ...of, generation: advanced.answer.generation };
  const finished = await finishRegion(last);
  if (finished.outcome !== 'written') throw new Error(finished.reason);
  await untilSaid(release, finished.answer.generation);
}

const untilSaid = (release: TestRelease, generation: Generation): Promise<void> =>
  until(
    async () =>
      (await here.database.em.fork().count(HostServiceRecord, {
        host,
        service,
        running: release.digest,
        health: 'healthy',
        generation: { $gte: generation },
      })) === 1,
    () => `release ${release.number} does not run\n${said().join('\n')}`,
    patienceMs,
  );

/** Enough for a gateway to be killed in the middle of it. */
const many = (release: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`pages/${n}.html`, `page ${n} of release ${release}`]));

test('an agent that is enrolled by the second of its gateways hears its deployments from whichever lives', async () => {
  const [first, second] = gateways.map(({ url }) => url) as [string, string];
  await gateways[0]!.program.end('SIGKILL');
  await startAgent();
  await until(
    async () => (await here.database.em.fork().count(HostRecord, { id: host, reportedAt: { $ne: null } })) === 1,
    () => `it is not heard\n${said().join('\n')}`,
  );
  await deploy(1, await publish(1));
  expect(said().some((line) => line.includes('another gateway') && line.includes(second))).toBe(true);
  gateways[0] = await start(Number(new URL(first).port));

  const next = await publish(2, many(2));
  await deploy(2, next, async () => {
    const staged = directory().service(service).staged(next.digest);
    await until(
      () => existsSync(path.join(staged.tree, 'pages')),
      () => 'nothing is fetched',
    );
    await gateways[1]!.program.end('SIGKILL');
    expect(existsSync(directory().service(service).release(next.digest).ok)).toBe(false);
  });
  expect(said().some((line) => line.includes('another gateway') && line.includes(first))).toBe(true);
});
