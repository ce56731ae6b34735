import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ScheduleNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import { regionName } from '../domain/names.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { patienceMs } from '../test/patience.ts';
import { connectTestTemporal } from '../test/temporal.ts';
import type { TestTemporal } from '../test/temporal.ts';
import { reconcileWorkflowId } from '../workflows/messages/region.ts';
import { keepReconcileSchedules, keepSchedule } from './reconcile-schedules.ts';

let temporal: TestTemporal;
beforeAll(async () => void (temporal = await connectTestTemporal()));
afterAll(() => temporal.close());

let stop: AbortController;
beforeEach(() => void (stop = new AbortController()));
// Also where a test has failed: nothing would end otherwise.
afterEach(() => stop.abort());

const scheduleOf = (region: string) => temporal.client.schedule.getHandle(reconcileWorkflowId(regionName(region)));

test('every region has one schedule, whoever and how many keep it, and it ends what it began first', async () => {
  const parts = {
    client: temporal.client,
    log: pino({ level: 'silent' }),
    listRegions: async () => ['eu-west', 'ap-south'].map(regionName),
    listRemoved: async () => [],
    lookEveryMs: 600_000, // the first look does it
  };
  const keeping = [1, 2].map(() => keepReconcileSchedules(parts, stop.signal));
  await untilReady(async () => void (await Promise.all(['eu-west', 'ap-south'].map((r) => scheduleOf(r).describe()))), {
    timeoutMs: patienceMs,
  });
  stop.abort();
  await Promise.all(keeping);

  const { spec, policies, action } = await scheduleOf('eu-west').describe();
  expect(spec.intervals).toMatchObject([{ every: 15_000 }]);
  expect(policies).toMatchObject({ overlap: 'SKIP' });
  expect(action).toMatchObject({ workflowType: 'reconcile', taskQueue: 'control', args: [{ region: 'eu-west' }] });
});

test('the schedule of a region that was removed is dropped, also by a worker that never knew the region', async () => {
  const gone = regionName('us-west');
  await keepSchedule(temporal.client, gone);
  // To describe one asks its workflow: where that ends before it has begun, the answer is waited for in vain.
  await untilReady(async () => void (await scheduleOf(gone).describe()), { timeoutMs: patienceMs });
  const parts = {
    client: temporal.client,
    log: pino({ level: 'silent' }),
    listRegions: async () => [],
    // One of which nothing is scheduled costs nobody theirs.
    listRemoved: async () => ['never-was', gone].map(regionName),
    lookEveryMs: 600_000,
  };
  const keeping = keepReconcileSchedules(parts, stop.signal);
  await untilReady(async () => expect(scheduleOf(gone).describe()).rejects.toThrow(ScheduleNotFoundError), {
    timeoutMs: patienceMs,
  });
  stop.abort();
  await keeping;
});

test('a region that is removed while workers run loses its schedule, and has it again when it is added again', async () => {
  const north = regionName('us-north');
  let isRemoved = false;
  const parts = {
    client: temporal.client,
    log: pino({ level: 'silent' }),
    listRegions: async () => (isRemoved ? [] : [north]),
    listRemoved: async () => (isRemoved ? [north] : []),
    lookEveryMs: 20,
  };
  const keeping = keepReconcileSchedules(parts, stop.signal);
  const isThere = () => untilReady(async () => void (await scheduleOf(north).describe()), { timeoutMs: patienceMs });
  await isThere();
  isRemoved = true;
  await untilReady(async () => expect(scheduleOf(north).describe()).rejects.toThrow(ScheduleNotFoundError), {
    timeoutMs: patienceMs,
  });
  isRemoved = false;
  await isThere();
  stop.abort();
  await keeping;
});

test('an operator who paused a schedule finds it paused after an upgrade', async () => {
  await keepSchedule(temporal.client, regionName('us-east'));
  await scheduleOf('us-east').pause('maintenance');
  await keepSchedule(temporal.client, regionName('us-east'));
  expect((await scheduleOf('us-east').describe()).state).toMatchObject({ paused: true, note: 'maintenance' });
});
