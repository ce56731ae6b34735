import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from '@temporalio/worker';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { DeploymentOutcome } from '../domain/states.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { problemSchema } from '../protocol/problem.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../test/control-api.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { documentData, documentOf, watchEvent, type DocumentName } from './json-documents.ts';

const projectRoot = path.resolve(import.meta.dirname, '..');
export const service = serviceName('checkout');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process, before a real api, whose lanes and deployments are stand-ins on a real Temporal. */
export interface TestCli {
  readonly api: TestControlApi;
  readonly central: CentralTestDatabase;
  readonly temporal: TestTemporal;
  readonly tokens: Readonly<Record<'ada' | 'mo' | 'lin', string>>;
  /** Its home, and its folder for configuration. */
  readonly folder: string;
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): ChildProcess;
  /** Words between double quotes are one. What `--json` printed is checked against its schema. */
  slipway(args: string, environment?: NodeJS.ProcessEnv): Promise<Ran>;
  freshLane(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestCli(): Promise<TestCli> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-cli-'));
  const temporal = await connectTestTemporal();
  const { nativeConnection: connection, namespace } = temporal;
  const workflowsPath = path.join(projectRoot, 'test/workflow-fixtures/stand-in-workflows.ts');
  const worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  const working = worker.run();
  const central = await createCentralDatabase();
  const api = await startControlApi({
    database: central.database,
    databaseUrl: central.url,
    temporal: temporal.client,
  });
  const tokens = {
    ada: await signIn(central.database, 'ada', 'deployer'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
    lin: await signIn(central.database, 'lin', 'release-owner'),
  };
  const start: TestCli['start'] = (args, environment = {}) => {
    const env = {
      SLIPWAY_API: api.url,
      SLIPWAY_TOKEN: tokens.ada,
      XDG_CONFIG_HOME: folder,
      HOME: folder,
      ...environment,
    };
    const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts'];
    return spawn(process.execPath, [...node, ...args], { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  return {
    api,
    central,
    temporal,
    tokens,
    folder,
    start,
    async slipway(args, environment = {}) {
      const words = args.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ''));
      const ran = await ended(start(words, environment));
      if (words.includes('--json')) requirePublished(ran);
      return ran;
    },
    freshLane: () =>
      temporal.client.workflow
        .getHandle(laneWorkflowId(service))
        .terminate()
        .then(
          () => undefined,
          () => undefined,
        ),
    async close() {
      await api.close();
      await central.close();
      worker.shutdown();
      await working;
      await temporal.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function ended(child: ChildProcess): Promise<Ran> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** @throws when a document, an event or a problem is not as its published schema says */
function requirePublished({ stdout, stderr }: Ran): void {
  for (const line of stdout.split('\n').filter(Boolean)) {
    const printed = JSON.parse(line) as { readonly schema?: string };
    const name = /^slipway\.([a-z-]+)\/v1$/.exec(printed.schema ?? '')?.[1];
    if (name === undefined) watchEvent.parse(printed);
    else if (Object.hasOwn(documentData, name)) documentOf(name as DocumentName).parse(printed);
    else throw new Error(`${name} is not published`);
  }
  if (stdout === '') problemSchema.parse(JSON.parse(stderr.trim().split('\n').at(-1)!));
}

/** Opened as a lane does it, with a workflow that has a plan to be approved. */
export async function openDeployment({ central, temporal }: TestCli): Promise<number> {
  const opened = await createLaneRecords(central.database).open(mergeRequest(`merge-${Math.random()}`));
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  const { deployment: number } = opened.deployment;
  const release = { number: releaseNumber(1), digest: digest(`sha256:${'1'.repeat(64)}`) };
  const planDigest = digest(`sha256:${'2'.repeat(64)}`);
  const binding = { service, deployment: number, release, planDigest, regions: [regionName('eu-west')] };
  const status: DeploymentStatus = {
    state: 'approving',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    planDigest,
    excluded: ['lin'],
    binding,
    approvals: { given: 0, wanted: 1 },
    regions: [],
    controlRevision: 0,
  };
  const workflowId = deploymentWorkflowId(service, number);
  await temporal.client.workflow.start('deployment', { workflowId, taskQueue: controlQueue, args: [status] });
  await createDeploymentRecords(central.database).showProgress({
    ...progress(number, 1),
    state: 'approving',
    approvals: status.approvals,
    event: 'plan-made',
    message: 'waits for approval, 0 of 1',
    regions: [],
  });
  return number;
}

export const finish = ({ central }: TestCli, number: number, outcome: DeploymentOutcome, reason: string) =>
  createDeploymentRecords(central.database).finish({
    service,
    deployment: deploymentNumber(number),
    sequence: 99,
    outcome,
    reason,
    regions: [],
    pending: [],
    lock: null,
  });

const progress = (number: number, sequence: number) => ({
  service,
  deployment: deploymentNumber(number),
  sequence,
  stage: null,
  paused: false,
  held: false,
  waiting: null,
  approvals: null,
  actor: 'slipway',
});

export const leaveHostsOn = ({ central }: TestCli, number: number) =>
  createDeploymentRecords(central.database).showProgress({
    ...progress(number, 2),
    state: 'undoing',
    stage: 'world',
    event: 'region-undo-failed',
    message: 'stuck',
    regions: [
      {
        region: regionName('eu-west'),
        state: 'undoing',
        batch: 1,
        batches: 1,
        reason: '14 hosts do not answer',
        hosts: { total: 620, switched: 620, healthy: 606, failed: 14 },
      },
    ],
  });

/** A release whose deployment is over. */
export async function releaseAtRest(cli: TestCli): Promise<number> {
  const number = await openDeployment(cli);
  await finish(cli, number, 'cancelled', 'for another day');
  return number;
}

/** The stand-in lane writes nothing down, as a lane does. */
export const lockedBy = (owner: string, key: string) => ({
  service,
  key,
  by: owner,
  reason: 'INC-7',
  lock: { owner, reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' },
});
