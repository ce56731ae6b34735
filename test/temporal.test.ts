import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { TestTemporal } from './temporal.ts';
import { connectTestTemporal, createTimeSkippingEnvironment } from './temporal.ts';
import { sleeper } from './workflow-fixtures/sleeper.ts';

const workflowsPath = fileURLToPath(new URL('workflow-fixtures/sleeper.ts', import.meta.url));
const taskQueue = 'sleepers';

let temporal: TestTemporal;
let skipping: TestWorkflowEnvironment;
beforeAll(async () => {
  temporal = await connectTestTemporal();
  skipping = await createTimeSkippingEnvironment();
});
afterAll(async () => {
  await skipping.teardown();
  await temporal.close();
});

test('a workflow runs on the development server and is found by a search attribute of Slipway', async () => {
  const { namespace, nativeConnection: connection, client } = temporal;
  const worker = await Worker.create({ connection, namespace, taskQueue, workflowsPath });
  const run = client.workflow.execute(sleeper, { taskQueue, workflowId: 'one', args: [1] });
  expect(await worker.runUntil(run)).toBeGreaterThanOrEqual(1);
  const found: string[] = [];
  while (found.length === 0) {
    for await (const { workflowId } of client.workflow.list({ query: "SlipwayRegion = 'us-east'" }))
      found.push(workflowId);
  }
  expect(found).toEqual(['one']);
});

test('another test file has a namespace of its own', async () => {
  const other = await connectTestTemporal();
  await expect(other.client.workflow.getHandle('one').describe()).rejects.toThrow('not found');
  await other.close();
});

test('a day passes in seconds where time is skipped', async () => {
  const worker = await Worker.create({ connection: skipping.nativeConnection, taskQueue, workflowsPath });
  const dayMs = 86_400_000;
  const run = skipping.client.workflow.execute(sleeper, { taskQueue, workflowId: 'day', args: [dayMs] });
  expect(await worker.runUntil(run)).toBeGreaterThanOrEqual(dayMs);
});
