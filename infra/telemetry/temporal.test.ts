import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { connectTestTemporal } from '../../test/temporal.ts';
import type { TestTemporal } from '../../test/temporal.ts';
import { temporalTracing, workflowTracingModule } from './temporal.ts';
import { currentTraceparent, inTrace } from './trace-context.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  new NodeTracerProvider().register();
  temporal = await connectTestTemporal();
});
afterAll(async () => {
  await temporal.close();
  trace.disable();
});

test('a stored traceparent goes on through a started workflow into its activities', async () => {
  const stored = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { namespace, nativeConnection: connection } = temporal;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: 'traced',
    workflowsPath: path.resolve(import.meta.dirname, '../../test/workflow-fixtures/asker.ts'),
    interceptors: { workflowModules: [workflowTracingModule] },
    activities: { traceparent: async () => currentTraceparent() },
    plugins: [temporalTracing()],
  });
  const client = new Client({ connection: temporal.client.connection, namespace, plugins: [temporalTracing()] });
  const start = () => client.workflow.execute('asker', { workflowId: 'asker', taskQueue: 'traced' });
  const seen = (await worker.runUntil(inTrace(stored, 'start', {}, start))) as string;

  expect(seen.split('-')[1]).toBe(stored.split('-')[1]);
  expect(seen).not.toBe(stored);
});

test('without a stored trace a span begins its own', async () => {
  const first = await inTrace(null, 'one', {}, async () => currentTraceparent());
  const second = await inTrace(null, 'two', {}, async () => currentTraceparent());
  expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(first?.split('-')[1]).not.toBe(second?.split('-')[1]);
});
