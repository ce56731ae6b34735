import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { patienceMs } from '../../test/patience.ts';
import { connectTestTemporal, type TestTemporal } from '../../test/temporal.ts';
import { controlQueue } from '../../workflows/messages/queues.ts';
import { untilReady } from '../local/child-server.ts';
import { makeCurrent } from './make-current.ts';
import { createVersionReads } from './missing-workers.ts';
import { versionedWorker } from './worker-version.ts';

let temporal: TestTemporal;
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());

const workflowsPath = path.resolve(import.meta.dirname, '../../test/workflow-fixtures/stand-in-workflows.ts');
async function onVersion(buildId: string, during: () => Promise<void>): Promise<void> {
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: controlQueue,
    workflowsPath,
    ...versionedWorker(buildId),
  });
  await worker.runUntil(async () => {
    await makeCurrent(temporal.client, buildId, patienceMs);
    await during();
  });
}
const patience = { timeoutMs: patienceMs };

test('of each version that something may be pinned to its last poll is read, and what is open on it', async () => {
  const { client } = temporal;
  const reads = createVersionReads(client, controlQueue);
  expect(await reads.readPolls()).toEqual(new Map());
  const begin = (type: string, workflowId: string) =>
    client.workflow.start(type, { workflowId, taskQueue: controlQueue, args: [] });
  await onVersion('one', async () => {
    const ids = ['deployment:checkout:7', 'deployment:cart:2', 'recovery:cart:2'];
    await Promise.all(ids.map((id) => begin(id.split(':')[0]!, id)));
    // As if its own workflow, closed a moment ago, were listed still.

    const open = new Map([
      ['cart/2', 'recovery'],
      ['checkout/7', 'deployment'],
    ]);
    await untilReady(async () => expect(await reads.listOpenOn('one')).toEqual(open), patience);
    await begin('lane', 'lane:checkout');
  });
  const one = (await reads.readPolls()).get('one');
  expect(one).toMatch(/^\d{12}\.\d{9}$/);
  await onVersion('two', async () => {
    await untilReady(async () => expect((await reads.readPolls()).get('two')! > one!).toBe(true), patience);
  });
  expect((await reads.readPolls()).get('one')).toBe(one);
  expect(await reads.listOpenOn('two')).toEqual(new Map());
  await client.workflow.getHandle('deployment:checkout:7').terminate();
  await untilReady(
    async () => expect(await reads.listOpenOn('one')).toEqual(new Map([['cart/2', 'recovery']])),
    patience,
  );
});
