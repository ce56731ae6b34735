import { mkdir, mkdtemp } from 'node:fs/promises';
import type { KeyObject } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { AgentDirectory } from '../agent/agent-directory.ts';
import { removeTree } from '../agent/install/remove-tree.ts';
import { stopHost } from '../agent/stop-host.ts';
import { until } from '../agent/testing/test-agent.ts';
import { makeRelease, type TestRelease } from '../agent/testing/test-release.ts';
import type { Generation, HostId } from '../domain/names.ts';
import { createTrust, keyFiles } from '../infra/keys/create-trust.ts';
import { readPrivateKey } from '../infra/keys/read-keys.ts';
import { HostServiceRecord } from '../infra/postgres/region/entities/hosts.ts';
import { createReplicaIndex } from '../infra/postgres/region/replica-index.ts';
import { claimRegion } from '../infra/postgres/region/region-database.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { openGenerationFile } from '../infra/stores/generation-file.ts';
import { admissionType } from '../protocol/admission.ts';
import { digestOf } from '../protocol/digest.ts';
import { signDocument } from '../protocol/dsse.ts';
import { startGatewayProgram, type GatewayProgram } from './gateway-program.ts';
import { absentAfterMs, attempt, createGoalRegion, region, service, type GoalRegion } from './goal-region.ts';
import { patienceMs } from './patience.ts';
import { openRegionAgent, type RegionAgent } from './region-agent.ts';

/** A region with a database of its own, whose gateways and agents are programs, started as in earnest. */
export interface AgentRegion {
  readonly goals: GoalRegion;
  /** @param port any when it is 0 */
  startGateway(port?: number, environment?: Readonly<Record<string, string>>): Promise<GatewayProgram>;
  /** A host with a token to enrol itself by; its agent isn't started. */
  openAgent(host: HostId, gateways: readonly string[]): Promise<RegionAgent>;
  /** Another machine with the same disk. Its agent must have ended. */
  copyAgent(of: RegionAgent, gateways: readonly string[]): Promise<RegionAgent>;
  /** As a build and its copy to this region would leave it. */
  publish(number: number, files?: Readonly<Record<string, string>>): Promise<TestRelease>;
  /**
   * Begins the deployment and lets all hosts switch; `between` is done when they have the goal that names it. Until the host
   * says that the release is healthy and the deployment over.
   */
  deploy(deployment: number, release: TestRelease, on: RegionAgent, between?: () => Promise<void>): Promise<void>;
  /** Ends all that it started. */
  close(): Promise<void>;
}

export async function openAgentRegion(): Promise<AgentRegion> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-agent-region-'));
  const store = path.join(folder, 'store');
  const keyFile = (file: string): string => path.join(folder, 'keys', file);
  await createTrust(path.join(folder, 'keys'), [region], new Date());
  const [director, build, admission] = await Promise.all(
    [keyFiles.director(region), keyFiles.build, keyFiles.admission].map((file) => readPrivateKey(keyFile(file))),
  );
  const goals = await createGoalRegion(director);
  await claimRegion(goals.database.em, region);
  await mkdir(store);
  // As a region's worker would: a database with goals and no such file may be an older one.
  await openGenerationFile(store).raise(1 as Generation);
  const gateways: GatewayProgram[] = [];
  const agents: RegionAgent[] = [];
  const open = async (host: HostId, urls: readonly string[], from?: AgentDirectory): Promise<RegionAgent> => {
    const own = { goals, host, rootFile: keyFile(keyFiles.root), gateways: urls };
    const place = { ...own, folder: path.join(folder, `host-${agents.length}`), ...(from && { from }) };
    const agent = await openRegionAgent(place);
    agents.push(agent);
    return agent;
  };
  return {
    goals,
    async startGateway(port, environment) {
      const started = await startGatewayProgram({ region, databaseUrl: goals.url, folder }, port, environment);
      gateways.push(started);
      return started;
    },
    async openAgent(host, urls) {
      const agent = await open(host, urls);
      await agent.giveToken();
      return agent;
    },
    copyAgent: (of, urls) => open(of.host, urls, of.directory),
    async publish(number, files = {}) {
      const release = makeRelease({ number, files }, build!);
      await publish(release, goals, store);
      return release;
    },
    deploy: (deployment, release, on, between) =>
      deploy(goals, { deployment, release, on, admission: admittedBy(admission!, release), between }),
    async close() {
      for (const agent of agents) await agent.end('SIGTERM');
      for (const { directory } of agents) await stopHost(directory.root, 1_000);
      await Promise.all(gateways.map(({ program }) => program.end('SIGKILL')));
      await goals.close();
      await removeTree(folder);
    },
  };
}

async function publish(release: TestRelease, { database }: GoalRegion, folder: string): Promise<void> {
  const store = await openFolderStore(folder);
  const blobs = [...Object.values(release.parts), ...release.chunks.values()].map((bytes) => ({
    digest: digestOf(bytes),
    sizeBytes: bytes.length,
    bytes,
  }));
  for (const { digest, sizeBytes, bytes } of blobs) await store.put(digest, sizeBytes, bytes);
  const replica = { service, number: release.number, release: release.digest };
  const index = createReplicaIndex(database);
  await index.openReplica(replica);
  await index.recordChunks(
    release.digest,
    blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes, fetched: true })),
  );
  const chunks = blobs.map(({ digest }) => digest);
  expect(await index.publish(replica, release.envelope, chunks)).toBe('published');
}

function admittedBy(key: KeyObject, { number, digest, configDigest }: TestRelease): string {
  const document = {
    format: 'slipway.admission/1',
    service,
    release: { number, digest },
    config: configDigest,
    regions: [region],
    approvers: [],
    evidence: digestOf('evidence'),
    admittedAt: '2026-11-24T10:00:00.000Z',
  };
  return JSON.stringify(signDocument(admissionType, document, key));
}

interface TestDeployment {
  readonly deployment: number;
  readonly release: TestRelease;
  readonly on: RegionAgent;
  readonly admission: string;
  readonly between: (() => Promise<void>) | undefined;
}

async function deploy(goals: GoalRegion, made: TestDeployment): Promise<void> {
  const { deployment, release, on, admission, between } = made;
  const { beginRegion, advanceRegion, finishRegion } = goals.activities;
  const next = { release: { number: release.number, digest: release.digest }, selector: { role: 'web' } };
  const of = { service, region, attempt: attempt(deployment) };
  const knowing = { outcomes: [], centreGeneration: 0 as const, absentAfterMs };
  const begun = await beginRegion({ ...of, ...knowing, next, admission });
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  await between?.();
  const { generation } = begun.answer;
  const advanced = await advanceRegion({ ...of, generation, batch: 1, share: { percent: 100 }, absentAfterMs });
  if (advanced.outcome !== 'written') throw new Error(advanced.reason);
  await untilRuns(goals, on, release, advanced.answer.generation);
  const finished = await finishRegion({ ...of, generation: advanced.answer.generation });
  if (finished.outcome !== 'written') throw new Error(finished.reason);
  await untilRuns(goals, on, release, finished.answer.generation);
}

const untilRuns = (
  { database }: GoalRegion,
  { host, said }: RegionAgent,
  { number, digest: running }: TestRelease,
  generation: Generation,
): Promise<void> => {
  const healthy = { host, service, running, health: 'healthy', generation: { $gte: generation } } as const;
  return until(
    async () => (await database.em.fork().count(HostServiceRecord, healthy)) === 1,
    () => `release ${number} does not run\n${said().join('\n')}`,
    patienceMs,
  );
};
