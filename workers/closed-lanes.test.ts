import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Client, Connection, isGrpcDeadlineError, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createLaneActivities } from '../activities/lane/activities.ts';
import { serviceName, type ServiceName } from '../domain/names.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { Audit } from '../infra/postgres/central/entities.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { createLaneRuns, type LaneRuns } from '../infra/postgres/central/lane-runs.ts';
import { addService, createCentralDatabase, type CentralTestDatabase } from '../test/central-database.ts';
import { patienceMs } from '../test/patience.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { bundleForRealTime } from '../test/workflow-world/bundles.ts';
import { laneStart, laneWorkflowId, lockUpdate } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { createClosedLanes, type ClosedLanes } from './closed-lanes.ts';
import { createDeploymentWorkflows } from './deployment-workflows.ts';

let central: CentralTestDatabase;
let temporal: TestTemporal;
let worker: Worker;
let working: Promise<void>;
let runs: LaneRuns;
beforeAll(async () => {
  central = await createCentralDatabase();
  temporal = await connectTestTemporal();
  const { client, nativeConnection: connection, namespace } = temporal;
  runs = createLaneRuns(central.database);
  const records = createLaneRecords(central.database);
  worker = await Worker.create({
    connection,
    namespace,
    taskQueue: controlQueue,
    workflowBundle: { codePath: await bundleForRealTime() },
    activities: createLaneActivities({ records, workflows: createDeploymentWorkflows(client) }),
  });
  working = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await working;
  await temporal.close();
  await central.close();
});

let tests = 0;
let service: ServiceName;
beforeEach(async () => {
  tests += 1;
  service = serviceName(`service-${tests}`);
  await addService(central.database, service);
});

/** As another control worker sees the lanes. */
const closedLanes = (): ClosedLanes => createClosedLanes(temporal.client, runs, new AbortController().signal);
const newest = (): WorkflowHandle => temporal.client.workflow.getHandle(laneWorkflowId(service));
const toldOf = async (): Promise<unknown[]> =>
  (await central.database.em.fork().find(Audit, { object: service, verb: 'lane-reopened' })).map(
    ({ detail }) => detail['message'],
  );

/** Opens the lane. @returns its run */
async function open(maxUpdates?: number): Promise<string> {
  const { args, ...start } = laneStart(service);
  const input = { ...args[0], ...(maxUpdates !== undefined && { maxUpdates }) };
  return (await temporal.client.workflow.start('lane', { ...start, args: [input] })).firstExecutionRunId;
}

/** Has a lane that takes one update go on in a new history. @returns the run of that */
async function continued(runId: string): Promise<string> {
  await newest().executeUpdate(lockUpdate, { args: [{ by: 'ada', reason: 'INC-7', key: 'a-lock' }] });
  await untilReady(async () => expect((await newest().describe()).runId).not.toBe(runId), { timeoutMs: patienceMs });
  return (await newest().describe()).runId;
}

const terminated = "the lane's workflow was terminated in Temporal";

test('of a lane that goes on in a new history by itself nothing is told', async () => {
  const first = await open(1);
  const [one, another] = [closedLanes(), closedLanes()];
  await one.heard(service, first);
  const second = await continued(first);
  await one.heard(service, second);
  await another.heard(service, second);
  expect([await runs.read(service), await toldOf()]).toEqual([second, []]);
});

test('a lane that went on in a new history and was terminated there is told of, once', async () => {
  const first = await open(1);
  const [one, another] = [closedLanes(), closedLanes()];
  await one.heard(service, first);
  await continued(first);
  await newest().terminate('a mistake');
  const third = await open();
  await one.heard(service, third);
  await another.heard(service, third);
  expect([await runs.read(service), await toldOf()]).toEqual([third, [expect.stringContaining(terminated)]]);
  expect(await toldOf()).toEqual([expect.stringContaining(': a mistake; another run goes on')]);
});

test('a worker that hears late of an older run undoes nothing of what another has noted, nor tells it again', async () => {
  const first = await open();
  const second = await reopened(first);
  await closedLanes().heard(service, second);
  // It was answered by `first` before that ended, and asks what is noted only now.
  await closedLanes().heard(service, first);
  expect([await runs.read(service), await toldOf()]).toEqual([second, []]);
  const third = await reopened(second);
  await closedLanes().heard(service, first);
  expect(await runs.read(service)).toBe(second);
  const late = closedLanes();
  await late.heard(service, third);
  await late.heard(service, third);
  expect([await runs.read(service), await toldOf()]).toEqual([third, [expect.stringContaining(terminated)]]);
});

async function reopened(runId: string): Promise<string> {
  await temporal.client.workflow.getHandle(laneWorkflowId(service), runId).terminate('a mistake');
  return open();
}

test('when Temporal does not answer it is given up in time, and at once when the worker stops: nothing is noted', async () => {
  const { port, asked, close } = await listening();
  const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
  const client = new Client({ connection, namespace: 'default' });
  await runs.note(service, { before: null, runId: 'one', told: null });
  const stop = new AbortController();
  const failed = (until: AbortSignal): Promise<unknown> =>
    createClosedLanes(client, runs, until)
      .heard(service, 'two')
      .then(() => null)
      .catch((error: unknown) => error);
  const late = failed(new AbortController().signal);
  const stopped = failed(stop.signal);
  await asked;
  stop.abort();
  expect(await stopped).toBe(stop.signal.reason);
  expect(await failed(stop.signal)).toBe(stop.signal.reason);
  expect(isGrpcDeadlineError(await late)).toBe(true);
  expect([await runs.read(service), await toldOf()]).toEqual(['one', []]);
  await connection.close();
  close();
});

/** A server that answers nobody; `asked` once somebody has called. */
async function listening() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  const asked = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked, close };
}
