import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Worker } from '@temporalio/worker';
import { deploymentNumber, digest, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { DeploymentOutcome } from '../domain/states.ts';
import { createDeploymentRecords } from '../infra/postgres/central/deployment-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { deploymentWorkflowId, type DeploymentStatus } from '../workflows/messages/deployment.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { createCentralDatabase, mergeRequest, type CentralTestDatabase } from '../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../test/control-api.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';

const projectRoot = path.resolve(import.meta.dirname, '..');
const service = serviceName('checkout');

let temporal: TestTemporal;
let worker: Worker;
let working: Promise<void>;
let central: CentralTestDatabase;
let api: TestControlApi;
let folder: string;
let tokens: Record<'ada' | 'mo' | 'lin', string>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-cli-'));
  temporal = await connectTestTemporal();
  const { nativeConnection: connection, namespace } = temporal;
  const workflowsPath = path.join(projectRoot, 'test/workflow-fixtures/stand-in-workflows.ts');
  worker = await Worker.create({ connection, namespace, taskQueue: controlQueue, workflowsPath });
  working = worker.run();
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url, temporal: temporal.client });
  tokens = {
    ada: await signIn(central.database, 'ada', 'deployer'),
    mo: await signIn(central.database, 'mo', 'release-owner'),
    lin: await signIn(central.database, 'lin', 'release-owner'),
  };
});
afterAll(async () => {
  await api.close();
  await central.close();
  worker.shutdown();
  await working;
  await temporal.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() =>
  temporal.client.workflow
    .getHandle(laneWorkflowId(service))
    .terminate()
    .then(
      () => undefined,
      () => undefined,
    ),
);

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = {
    SLIPWAY_API: api.url,
    SLIPWAY_TOKEN: tokens.ada,
    XDG_CONFIG_HOME: folder,
    HOME: folder,
    ...environment,
  };
  const node = ['--disable-warning=ExperimentalWarning', 'cli/main.ts'];
  return spawn(process.execPath, [...node, ...args], { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<Ran> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

const slipway = (args: string, environment: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  ended(
    start(
      args.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', '')),
      environment,
    ),
  );

/** Opened as a lane does it, with a workflow that has a plan to be approved. */
async function openDeployment(): Promise<number> {
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
  return number;
}

const finish = (number: number, outcome: DeploymentOutcome, reason: string) =>
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

const leaveHostsOn = (number: number) =>
  createDeploymentRecords(central.database).showProgress({
    service,
    deployment: deploymentNumber(number),
    sequence: 1,
    state: 'undoing',
    stage: 'world',
    paused: false,
    held: false,
    waiting: null,
    approvals: null,
    actor: 'slipway',
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
async function releaseAtRest(): Promise<number> {
  const number = await openDeployment();
  await finish(number, 'cancelled', 'for another day');
  return number;
}

/** The stand-in lane writes nothing down, as a lane does. */
const lockedBy = (owner: string, key: string) => ({
  service,
  key,
  by: owner,
  reason: 'INC-7',
  lock: { owner, reason: 'INC-7', since: '2026-11-24T12:00:00.000Z' },
});

const problemIn = ({ stderr }: Ran): { type: string; detail: string } =>
  JSON.parse(stderr.trim().split('\n').at(-1)!) as { type: string; detail: string };

test('a change says what was accepted, when it is in effect, and what comes next', async () => {
  const number = await openDeployment();
  const { code, stdout, stderr } = await slipway(`pause checkout/${number} --reason "look at it"`);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `accepted   checkout/${number}: paused by ada: look at it`,
    'in effect  when the batches that were allowed have ended',
    `next       slipway resume checkout/${number}`,
    '',
  ]);
  expect(stderr).toBe(`${api.url} as ada\n`);
});

test.each([
  ['approve', '', /approved with eyJ/],
  ['resume', '', /resumed with eyJ/],
  ['abort', '', /aborted by mo/],
  ['reject', '--reason "not today"', /rejected by mo/],
])('%s reaches the deployment', async (verb, flags, message) => {
  const number = await openDeployment();
  const ran = await slipway(`${verb} checkout/${number} --json ${flags}`, { SLIPWAY_TOKEN: tokens.mo });
  expect([ran.code, ran.stderr.includes('as mo')]).toEqual([0, true]);
  const document = JSON.parse(ran.stdout) as { schema: string; data: { message: string }; next: string[] };
  expect(document).toMatchObject({ schema: `slipway.${verb}/v1`, data: { deployment: `checkout/${number}` } });
  expect(document.data.message).toMatch(message);
  expect(document.next).toHaveLength(1);
});

test('approving shows on stderr what is agreed to', async () => {
  const number = await openDeployment();
  const { stderr } = await slipway(`approve checkout/${number}`, { SLIPWAY_TOKEN: tokens.mo });
  expect(stderr).toContain(`approve: checkout@1 in eu-west; plan sha256:${'2'.repeat(64)}`);
});

test('nobody approves a change of their own: 4', async () => {
  const number = await openDeployment();
  const ran = await slipway(`approve checkout/${number} --json`, { SLIPWAY_TOKEN: tokens.lin });
  expect([ran.code, ran.stdout]).toEqual([4, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.stringMatching(/\/own-change$/) });
});

test('a locked lane refuses a deploy with its reason and the way out: 3', async () => {
  expect((await slipway('lock checkout --reason INC-7')).code).toBe(0);
  const release = await releaseAtRest();
  const refused = await slipway(`deploy checkout@${release}`);
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toMatch(/^error: checkout is locked by ada {2}\(lane-locked, request [\w-]+\)$/m);
  expect(refused.stderr).toContain('Unlock the service');
  const queued = await slipway(`deploy checkout@${release} --queue --json`);
  expect(JSON.parse(queued.stdout)).toMatchObject({ data: { lock: { owner: 'ada', reason: 'INC-7' } } });
  expect((await slipway('unlock checkout --reason over')).code).toBe(0);
});

test('a deploy that was refused for a lock goes through once the lock is gone', async () => {
  const release = await releaseAtRest();
  await slipway('lock checkout --reason INC-7');
  await createLaneRecords(central.database).changeLock(lockedBy('mo', 'stored-lock'));
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(3);
  await slipway('unlock checkout --reason over');
  await createLaneRecords(central.database).changeLock({ ...lockedBy('mo', 'stored-unlock'), lock: null });
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(0);
});

test('the same deploy given twice at once is one deployment', async () => {
  const deploy = `deploy checkout@${await releaseAtRest()} --json`;
  const both = await Promise.all([slipway(deploy), slipway(deploy)]);
  const numbers = both.map(({ stdout }) => (JSON.parse(stdout) as { data: { number: number } }).data.number);
  expect(numbers[0]).toBe(numbers[1]);
});

test('a deploy of what is on its way finds it', async () => {
  const number = await openDeployment();
  const release = (await createLaneRecords(central.database).readLane(service))?.open.find(
    ({ deployment }) => deployment === number,
  )?.release;
  const { stdout } = await slipway(`deploy checkout@${release} --json`);
  expect(JSON.parse(stdout)).toMatchObject({ data: { number, repeated: true } });
});

test.each([
  ['succeeded', false, 0],
  ['undone', false, 5],
  ['failed', true, 6],
] as const)('watching one that ended %s ends at once (hosts left on it: %s): %i', async (outcome, left, expected) => {
  const number = await openDeployment();
  if (left) await leaveHostsOn(number);
  await finish(number, outcome, 'because');
  const ran = await slipway(`watch checkout/${number} --json`);
  expect(ran.code).toBe(expected);
  const events = ran.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ type: 'change', deployment: { number, outcome } });
  expect(events.at(-1)).toMatchObject({ type: 'result', outcome, exitCode: expected });
});

test('watching says each change in one plain line, without an escape character', async () => {
  const number = await openDeployment();
  const child = start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  await leaveHostsOn(number);
  await finish(number, 'failed', '\u001b[31mred\u001b[0m');
  const { code, stdout } = await running;
  expect(code).toBe(6);
  const lines = stdout.trim().split('\n');
  for (const line of lines)
    expect(line).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\dZ checkout/${number} [^\\p{Cc}]+$`, 'u'));
  expect(lines.map((line) => line.split(' ').slice(2).join(' ')).slice(1)).toEqual(['stuck', 'failed:  [31mred [0m']);
});

test('when the time is up it says what is not ready, and that the deployment goes on: 7', async () => {
  const number = await openDeployment();
  await leaveHostsOn(number);
  const { code, stderr } = await slipway(`watch checkout/${number} --timeout 1s`);
  expect(code).toBe(7);
  expect(stderr).toContain('eu-west undoing');
  expect(stderr).toContain(
    `checkout/${number} goes on. Watch: slipway watch checkout/${number}   Stop it: slipway abort checkout/${number}`,
  );
});

test('Ctrl-C ends the watching and nothing else: 130', async () => {
  const number = await openDeployment();
  const child = start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await running;
  expect(code).toBe(130);
  expect(stderr).toContain(`checkout/${number} goes on.`);
});

test('status tells a person in lines and a program in one document', async () => {
  const { code, stdout } = await slipway('status checkout');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^checkout {2}/);
  expect(stdout).toMatch(/^ {2}next {2}slipway \w+/m);
  const document = JSON.parse((await slipway('status --json')).stdout) as { schema: string; asOf: string };
  expect(document).toMatchObject({ schema: 'slipway.status/v1', data: { services: [{ service: 'checkout' }] } });
  expect(new Date(document.asOf).toISOString()).toBe(document.asOf);
});

test.each([
  ['status nothing', {}, 8],
  ['watch checkout/9999', {}, 8],
  ['abort checkout/9999', {}, 8],
  ['deploy checkout@404', {}, 8],
  ['deploy Checkout', {}, 2],
  ['pause checkout', {}, 2],
  ['lock checkout', {}, 2],
  ['watch checkout/1 --timeout soon', {}, 2],
  ['fly checkout', {}, 2],
  ['status --colour', {}, 2],
  ['status', { SLIPWAY_TOKEN: '' }, 2],
  ['status', { SLIPWAY_API: 'nowhere' }, 2],
  ['status', { SLIPWAY_TOKEN: 'unknown' }, 4],
  ['status', { SLIPWAY_API: 'http://127.0.0.1:1' }, 1],
] as const)('%s %o ends with %i, an empty stdout and a problem on stderr', async (args, environment, expected) => {
  const ran = await slipway(`${args} --json`, environment);
  expect([ran.code, ran.stdout]).toEqual([expected, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.any(String), detail: expect.any(String) });
});

test('help needs no token and is no failure', async () => {
  const { code, stdout } = await slipway('--help', { SLIPWAY_TOKEN: '' });
  expect(code).toBe(0);
  for (const verb of [
    'status',
    'deploy',
    'watch',
    'approve',
    'reject',
    'pause',
    'resume',
    'abort',
    'rollback',
    'lock',
    'unlock',
  ])
    expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
});

test('a token comes from a file, and is never shown', async () => {
  const file = path.join(folder, 'token');
  writeFileSync(file, `${tokens.mo}\n`);
  const { code, stdout, stderr } = await slipway(`lock checkout --reason x --token-file ${file}`, {
    SLIPWAY_TOKEN: '',
  });
  expect([code, stderr]).toEqual([0, `${api.url} as mo\n`]);
  expect(stdout + stderr).not.toContain(tokens.mo);
});
