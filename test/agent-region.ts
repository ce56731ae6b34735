import type { KeyObject } from 'node:crypto';
import path from 'node:path';
import { expect } from '@jest/globals';
import type { AgentDirectory } from '../agent/agent-directory.ts';
import { stopHost } from '../agent/stop-host.ts';
import { until } from '../agent/testing/test-agent.ts';
import { makeRelease, type TestRelease } from '../agent/testing/test-release.ts';
import type { Placement } from '../domain/goal/goal.ts';
import type { Generation, HostId } from '../domain/names.ts';
import { keyFiles } from '../infra/keys/create-trust.ts';
import { readPrivateKey } from '../infra/keys/read-keys.ts';
import { HostServiceRecord } from '../infra/postgres/region/entities/hosts.ts';
import { createReplicaIndex } from '../infra/postgres/region/replica-index.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { digestOf } from '../protocol/digest.ts';
import type { GatewayProgram } from './gateway-program.ts';
import { openGatewayRegion } from './gateway-region.ts';
import { absentAfterMs, admissionOf, attempt, region, service, type GoalRegion } from './goal-region.ts';
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
  const own = await openGatewayRegion();
  const { goals, folder, store, keyFile } = own;
  const [build, admission] = [
    await readPrivateKey(keyFile(keyFiles.build)),
    await readPrivateKey(keyFile(keyFiles.admission)),
  ];
  const agents: RegionAgent[] = [];
  const open = async (host: HostId, urls: readonly string[], from?: AgentDirectory): Promise<RegionAgent> => {
    const agent = await openRegionAgent({
      goals,
      host,
      rootFile: keyFile(keyFiles.root),
      gateways: urls,
      folder: path.join(folder, `host-${agents.length}`),
      ...(from && { from }),
    });
    agents.push(agent);
    return agent;
  };
  return {
    goals,
    startGateway: own.startGateway,
    async openAgent(host, urls) {
      const agent = await open(host, urls);
      await agent.giveToken();
      return agent;
    },
    copyAgent: (of, urls) => open(of.host, urls, of.directory),
    async publish(number, files = {}) {
      const release = makeRelease({ number, files }, build);
      await publish(release, goals, store);
      return release;
    },
    deploy: (deployment, release, on, between) =>
      deploy(goals, { deployment, release, on, admission: admittedBy(admission, release), between }),
    async close() {
      for (const agent of agents) await agent.end('SIGTERM');
      for (const { directory } of agents) await stopHost(directory.root, 1_000);
      await own.close();
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

const placed = ({ number, digest }: TestRelease): Placement => ({
  release: { number, digest },
  selector: { role: 'web' },
});
const admittedBy = (key: KeyObject, release: TestRelease): string =>
  admissionOf(placed(release), { config: release.configDigest, key });

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
  const next = placed(release);
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
