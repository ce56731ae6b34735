import path from 'node:path';
import { stopHost } from '../../agent/stop-host.ts';
import { hostId, serviceName, type Digest } from '../../domain/names.ts';
import { retire } from '../../domain/region/host-change.ts';
import { sampleFiles } from '../../infra/local/demo/sample-files.ts';
import { offerEnrolment } from '../../infra/local/offer-enrolment.ts';
import { agentPrograms, type StackShape } from '../../infra/local/programs.ts';
import { superviseProcess, type SupervisedProcess } from '../../infra/local/supervised-process.ts';
import { changeHost } from '../../infra/postgres/region/host-records.ts';
import { Release } from '../../infra/postgres/central/entities/release.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { HostRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { Bench, CommonOptions } from '../frame/run-benchmark.ts';
import { until } from '../frame/until.ts';
import { openRegion, silence } from '../rules/odd-hosts.ts';
import { addService } from '../service/add-service.ts';
import { deployGood } from '../service/deploy-merge.ts';
import { serviceFiles, type BenchService } from '../service/service-files.ts';
import { readHostJournal } from '../stack/host-journal.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

export interface ReturnsOptions extends CommonOptions {
  /** In each of them a release comes while two hosts are away. */
  readonly rounds: number;
  /** Of the service's spec, seconds: how often hosts report follows from it. */
  readonly absentAfter: number;
}

export interface ReturnsRun {
  /** From the moment the host is there again until its journal says that the new release is healthy. */
  readonly frozenMs: readonly number[];
  readonly offMs: readonly number[];
  readonly newHostMs: number;
  /** The next deployment doesn't name it. */
  readonly retiredIsForgotten: boolean;
}

const limitMs = 5 * 60_000;
/** A report on its way when its host falls silent. */
const underWayMs = 1_000;
const service = serviceName('returns');

/** A release comes while two of three hosts are away: one whose agent is frozen, one whose machine is off. */
export async function measureReturns(
  bench: Bench,
  stack: BenchStack,
  { rounds, absentAfter }: ReturnsOptions,
): Promise<ReturnsRun> {
  const absentAfterMs = absentAfter * 1_000;
  const { signal, say } = bench;
  const { regions, data } = stack.shape;
  const region = regions[0]!;
  const [, frozen, off] = [1, 2, 3].map((n) => `${region}-${n}`) as [string, string, string];
  const spec: BenchService = { service, regions, batches: ['100%'], approve: false, absentAfter: `${absentAfter}s` };
  const { git, repository, merge } = await addService(stack, spec, path.join(data.root, service));
  await deployGood(stack, { repository, merge }, signal);
  const database = await openRegion(stack, region);
  const deploy = async (greeting: string) => {
    const files = {
      ...serviceFiles(spec),
      'server.mjs': sampleFiles({ greeting, health: 200 }, regions)['server.mjs']!,
    };
    return deployGood(stack, { repository, merge: await git.commit(greeting, files) }, signal);
  };
  try {
    const [frozenMs, offMs]: [number[], number[]] = [[], []];
    let agent = stack.process(`agent-${off}`);
    for (let round = 1; round <= rounds; round++) {
      const letGo = silence(stack, frozen);
      await switchOff(stack.shape, off, agent);
      await untilSilent(database, [frozen, off], absentAfterMs, signal);
      await deploy(`round ${round}`);
      const release = await newestRelease(stack);
      const [goesOnAtMs, startsAtMs] = [Date.now(), Date.now()];
      letGo();
      agent = await startAgent(stack, stack.shape, off);
      frozenMs.push(await untilHealthy(stack, frozen, release, goesOnAtMs, signal));
      offMs.push(await untilHealthy(stack, off, release, startsAtMs, signal));
      say(`  round ${round}: frozen ${frozenMs.at(-1)} ms, off ${offMs.at(-1)} ms`);
    }
    const release = await newestRelease(stack);
    const newcomer = `${region}-4`;
    const grown = { ...stack.shape, hosts: stack.shape.hosts + 1 };
    await offerEnrolment(database, grown, region);
    const startsAtMs = Date.now();
    const newAgent = await startAgent(stack, grown, newcomer);
    const newHostMs = await untilHealthy(stack, newcomer, release, startsAtMs, signal);
    await switchOff(grown, newcomer, newAgent);
    await untilSilent(database, [newcomer], absentAfterMs, signal);
    const act = { verb: 'retire', host: hostId(newcomer), by: 'bench', reason: 'given back', change: null } as const;
    const retired = await changeHost(database, act, (standing) => retire({ ...standing, absentAfterMs }, false));
    const { regions: progress } = await deploy('without the one that left');
    return { frozenMs, offMs, newHostMs, retiredIsForgotten: retired?.do === 'retire' && isNowhere(progress) };
  } finally {
    await database.close(true);
  }
}

const isNowhere = (progress: readonly { readonly missing?: object | undefined }[]): boolean =>
  progress.every(({ missing = {} }) => Object.keys(missing).length === 0);

/** Nothing of the host runs any more. */
async function switchOff({ data }: StackShape, host: string, agent: SupervisedProcess): Promise<void> {
  agent.expectEnd();
  await agent.stop();
  await stopHost(data.agent(host), 1_000);
}

async function startAgent(stack: BenchStack, shape: StackShape, host: string): Promise<SupervisedProcess> {
  const { command, name } = agentPrograms(shape).find((each) => each.name === `agent-${host}`)!;
  const logFile = path.join(shape.data.logs, `${name}.log`);
  const agent = await superviseProcess({ ...stack.supervision, name, command, logFile, ready: async () => undefined });
  stack.adopt(agent);
  return agent;
}

const untilSilent = (
  database: Database,
  hosts: readonly string[],
  absentAfterMs: number,
  signal: AbortSignal,
): Promise<true> =>
  until(`silence of ${hosts.join(', ')}`, { limitMs, signal }, async () => {
    const rows = await database.em.fork().find(HostRecord, { id: { $in: hosts.map(hostId) } });
    const isSilent = (reportedAt: Date | null | undefined) =>
      Date.now() - (reportedAt?.getTime() ?? 0) > absentAfterMs + underWayMs;
    return rows.every(({ reportedAt }) => isSilent(reportedAt)) ? true : undefined;
  });

async function newestRelease({ central }: BenchStack): Promise<Digest> {
  const [newest] = await central.em.fork().find(Release, { service }, { orderBy: { number: 'desc' }, limit: 1 });
  return newest!.digest!;
}

/** By the journal of the host: it has confirmed the release since, by its health. */
const untilHealthy = (stack: BenchStack, host: string, release: Digest, sinceMs: number, signal: AbortSignal) =>
  until(`${host} to run the new release`, { limitMs, signal }, async () => {
    const done = readJournal(stack, host).find(
      (event) => event.type === 'confirmed' && event.release === release && event.atMs >= sinceMs,
    );
    return done && done.atMs - sinceMs;
  });

/** Empty before a new host has written any. */
function readJournal({ shape }: BenchStack, host: string): ReturnType<typeof readHostJournal> {
  try {
    return readHostJournal(shape, host);
  } catch {
    return [];
  }
}
