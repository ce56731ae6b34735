import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { regionName } from '../domain/names.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';
import { reconcileWorkflowId } from '../workflows/messages/region.ts';
import { keepReconcileSchedules, keepSchedule } from './reconcile-schedules.ts';

let temporal: TestTemporal;
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());

const scheduleOf = (region: string) => temporal.client.schedule.getHandle(reconcileWorkflowId(regionName(region)));

test('every region has one schedule, whoever and how many keep it, and it ends what it began first', async () => {
  const stop = new AbortController();
  const parts = {
    client: temporal.client,
    log: pino({ level: 'silent' }),
    listRegions: async () => ['eu-west', 'ap-south'].map(regionName),
  };
  const keeping = [1, 2].map(() => keepReconcileSchedules(parts, stop.signal));
  await untilReady(async () => void (await Promise.all(['eu-west', 'ap-south'].map((r) => scheduleOf(r).describe()))), {
    timeoutMs: 20_000,
  });
  stop.abort();
  await Promise.all(keeping);

  const { spec, policies, action } = await scheduleOf('eu-west').describe();
  expect(spec.intervals).toMatchObject([{ every: 15_000 }]);
  expect(policies).toMatchObject({ overlap: 'SKIP' });
  expect(action).toMatchObject({ workflowType: 'reconcile', taskQueue: 'control', args: [{ region: 'eu-west' }] });
});

test('an operator who paused a schedule finds it paused after an upgrade', async () => {
  await keepSchedule(temporal.client, regionName('us-east'));
  await scheduleOf('us-east').pause('maintenance');
  await keepSchedule(temporal.client, regionName('us-east'));
  expect((await scheduleOf('us-east').describe()).state).toMatchObject({ paused: true, note: 'maintenance' });
});
