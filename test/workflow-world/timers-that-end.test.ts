import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PayloadCodec } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createTimeSkippingEnvironment } from '../temporal.ts';
import { comeSignal, waiter } from '../workflow-fixtures/waiter.ts';
import { interceptorsForSkippedTime } from './bundles.ts';
import { until } from './environment.ts';

const workflowsPath = fileURLToPath(new URL('../workflow-fixtures/waiter.ts', import.meta.url));
const taskQueue = 'waiters';
const limitMs = 2_000;

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createTimeSkippingEnvironment();
});
afterAll(() => env.teardown());

test('a workflow goes on whose timer ends while it takes up the news that it waited for', async () => {
  let endsMs = Infinity;
  let taken = 0;
  /** Of what the worker hears, the signal is read only when the timer has ended. */
  const slowReader: PayloadCodec = {
    encode: async (payloads) => payloads,
    decode: async (payloads) => {
      if (payloads.some(({ data }) => Buffer.from(data ?? []).includes('news'))) {
        taken += 1;
        await until(async () => (await env.currentTimeMs()) > endsMs);
      }
      return payloads;
    },
  };
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowsPath,
    interceptors: { workflowModules: interceptorsForSkippedTime },
    dataConverter: { payloadCodecs: [slowReader] },
  });
  const answer = await worker.runUntil(async () => {
    const handle = await env.client.workflow.start(waiter, { taskQueue, workflowId: 'one', args: [limitMs] });
    await until(async () => (await handle.describe()).historyLength >= 5);
    endsMs = (await env.currentTimeMs()) + limitMs;
    await handle.signal(comeSignal, 'news');
    return handle.result();
  });
  expect(answer).toBe('news');
  expect(taken).toBeGreaterThan(0);
});
