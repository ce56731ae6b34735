import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createLaneActivities } from '../activities/lane/activities.ts';
import type { DeploymentRequest } from '../activities/lane/contract.ts';
import { serviceName } from '../domain/names.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { freePort } from '../infra/local/free-port.ts';
import { startTemporal } from '../infra/local/temporal-server.ts';
import { slipwaySearchAttributes } from '../infra/temporal/search-attributes.ts';
import { findTemporalCli } from '../infra/local/tools/find-tool.ts';
import { Audit, Deployment, InboxRow, Service } from '../infra/postgres/central/entities.ts';
import { addToInbox, createInbox, inboxChannel } from '../infra/postgres/central/inbox-records.ts';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { createLaneRuns } from '../infra/postgres/central/lane-runs.ts';
import { listenForNotifications } from '../infra/postgres/notifications.ts';
import { connectWorker } from '../infra/temporal/connect-worker.ts';
import { connectClient } from '../infra/temporal/connect.ts';
import type { TemporalAddress } from '../infra/temporal/connect.ts';
import { addService, createCentralDatabase, mergeRequest } from '../test/central-database.ts';
import type { CentralTestDatabase } from '../test/central-database.ts';
import { patienceMs } from '../test/patience.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';
import { laneWorkflowId } from '../workflows/messages/lane.ts';
import { controlQueue } from '../workflows/messages/queues.ts';
import { createClosedLanes } from './closed-lanes.ts';
import { createDeploymentWorkflows } from './deployment-workflows.ts';
import { runInboxLoop } from './inbox-loop.ts';
import { keepLanesOpen } from './lane-keeper.ts';
import { createLanes } from './lanes.ts';
import type { Lanes } from './lanes.ts';
import { createWakeUp } from './wake-up.ts';

const log = pino({ level: 'silent' });
const laneWorkflow = path.resolve(import.meta.dirname, '../test/workflow-fixtures/accepting-lane.ts');
const services = ['checkout', 'cart', 'search'];

let central: CentralTestDatabase;
/** What a test started, ended newest first. */
let cleanups: (() => Promise<unknown>)[];
beforeEach(async () => {
  central = await createCentralDatabase();
  cleanups = [central.close];
  for (const service of services.slice(1)) await addService(central.database, service);
});
afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

/** A worker whose lanes number merges, and `loops` loops that drain into them. */
async function startControl(temporal: TemporalAddress, loops = 1): Promise<void> {
  const stop = new AbortController();
  const waiting = { signal: stop.signal, log };
  const connection = await connectWorker(temporal, waiting);
  const client = await connectClient(temporal, waiting);
  const records = createLaneRecords(central.database);
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    taskQueue: controlQueue,
    workflowsPath: laneWorkflow,
    activities: createLaneActivities({ records, workflows: createDeploymentWorkflows(client) }),
  });
  const working = worker.run();
  const lanes = createLanes(client, stop.signal);
  const running = Array.from({ length: loops }, () => drain(client, lanes, stop.signal));
  cleanups.push(async () => {
    stop.abort();
    await Promise.all(running);
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await working;
    await client.connection.close();
    await connection.close();
  });
}

async function drain(client: Client, lanes: Lanes, stop: AbortSignal): Promise<void> {
  const inbox = createInbox(central.database);
  const wakeUp = createWakeUp();
  const { wake } = wakeUp;
  const listener = listenForNotifications({
    url: central.url,
    channels: [inboxChannel],
    onNotification: wake,
    onConnected: wake,
  });
  const closedLanes = createClosedLanes(client, createLaneRuns(central.database), stop);
  await Promise.all([
    runInboxLoop({ inbox, lanes, wakeUp, log }, stop),
    keepLanesOpen({ inbox, lanes, closedLanes, log }, stop),
  ]);
  await listener.close();
}

const receive = (...merges: DeploymentRequest[]) =>
  central.database.em.fork().transactional((em) => addToInbox(em, merges));
const eventually = (check: () => Promise<void>) => untilReady(check, { timeoutMs: patienceMs });
const rows = () => central.database.em.fork().find(InboxRow, {}, { orderBy: { id: 'asc' } });
const deployments = () =>
  central.database.em.fork().find(Deployment, {}, { orderBy: { service: 'asc', number: 'asc' } });

/** Three merges of each service, interleaved. */
const merges = [1, 2, 3].flatMap((number) => services.map((service) => mergeRequest(`move-${number}`, service)));

async function expectEachDeployedOnceInOrder(): Promise<void> {
  await eventually(async () => {
    expect(await rows()).toMatchObject(
      merges.map(() => ({ deliveredAt: expect.any(Date), deployment: expect.any(Number) })),
    );
  });
  const opened = (await deployments()).map(({ service, number, key }) => [service, number, key]);
  expect(opened).toEqual(
    services.toSorted().flatMap((service) => [1, 2, 3].map((number) => [service, number, `move-${number}`])),
  );
}

describe('with Temporal at hand', () => {
  let temporal: TestTemporal;
  beforeEach(async () => {
    temporal = await connectTestTemporal();
    cleanups.push(temporal.close);
  });

  test('promise 7: of one merge received many times at once, one row and one deployment come to be', async () => {
    await startControl(temporal);
    await Promise.all(Array.from({ length: 30 }, () => receive(mergeRequest('the-move'))));
    await eventually(async () => expect(await rows()).toMatchObject([{ deployment: 1 }]));
    await receive(mergeRequest('the-move'));
    expect(await deployments()).toHaveLength(1);
  });

  test('several loops deliver the merges of each service once, in the order in which they came', async () => {
    await startControl(temporal, 3);
    for (const merge of merges) await receive(merge);
    await expectEachDeployedOnceInOrder();
  });

  test('a merge that its lane refuses is finished with the reason, and those behind it are delivered', async () => {
    await startControl(temporal);
    const { source, ...request } = mergeRequest('bad');
    await receive({ ...request, source: { ...source, branch: 'refused' } as typeof source }, mergeRequest('good'));
    await eventually(async () =>
      expect(await rows()).toMatchObject([
        { refusal: 'refused here', finishedAt: expect.any(Date), deployment: null },
        { refusal: null, finishedAt: null, deployment: 1 },
      ]),
    );
  });

  const checkout = serviceName('checkout');

  /** What somebody may do to a lane in Temporal, and what people are told of it. */
  const meddlings: Readonly<Record<string, (lane: WorkflowHandle) => Promise<unknown>>> = {
    'terminated in Temporal by ada: a mistake': (lane) =>
      temporal.client.workflowService.terminateWorkflowExecution({
        namespace: temporal.namespace,
        workflowExecution: { workflowId: lane.workflowId },
        identity: 'ada',
        reason: 'a mistake',
      }),
    'cancelled in Temporal': (lane) => lane.cancel(),
    'reset in Temporal: to try again': async (lane) => {
      const { events } = await lane.fetchHistory();
      const task = events!.findLast((event) => event.workflowTaskCompletedEventAttributes);
      await temporal.client.workflowService.resetWorkflowExecution({
        namespace: temporal.namespace,
        workflowExecution: { workflowId: lane.workflowId },
        reason: 'to try again',
        requestId: lane.workflowId,
        workflowTaskFinishEventId: task!.eventId!,
      });
    },
  };

  test.each(Object.keys(meddlings))(
    'a lane that was %s is opened again while a deployment of its service is open, and that is told once',
    async (closed) => {
      await startControl(temporal, 2);
      await receive(mergeRequest('move'));
      await eventually(async () =>
        expect([await laneRun(), await deployments()]).toEqual([expect.any(String), [expect.anything()]]),
      );
      const before = await laneRun();
      const lane = temporal.client.workflow.getHandle(laneWorkflowId(checkout));
      await meddlings[closed]!(lane);
      await eventually(async () => expect(await laneRun()).not.toBe(before));
      const { status, runId } = await lane.describe();
      expect([status.name, runId]).toEqual(['RUNNING', await laneRun()]);
      const told = await central.database.em.fork().find(Audit, { verb: 'lane-reopened' });
      const message = `the lane's workflow was ${closed}; another run goes on with what is active, what waits and the lock`;
      expect(told).toMatchObject([{ object: 'checkout', actor: 'slipway', detail: { message } }]);
    },
  );

  const laneRun = async () =>
    (await central.database.em.fork().findOneOrFail(Service, { name: checkout })).laneRun ?? null;
});

test('promise 7: merges that arrive while Temporal is away are all delivered when it is back, none twice', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-inbox-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const options = {
    cli: await findTemporalCli(),
    port: await freePort(),
    namespace: 'default',
    dbFile: path.join(folder, 'temporal.db'),
    searchAttributes: slipwaySearchAttributes,
  };
  const before = await startTemporal(options);
  cleanups.push(before.stop);
  await startControl({ address: `127.0.0.1:${options.port}`, namespace: 'default' });
  await receive(...merges.slice(0, 3));
  await eventually(async () => expect(await deployments()).toHaveLength(3));

  process.kill(before.pid, 'SIGKILL');
  await before.stop();
  await receive(...merges.slice(3));
  await receive(...merges.slice(3));
  expect(await deployments()).toHaveLength(3);

  const after = await startTemporal(options);
  cleanups.push(after.stop);
  await expectEachDeployedOnceInOrder();
});
