import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Freeze } from '../../domain/fleet/freeze.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eu, eventsOf } from '../../test/workflow-world/service-world.ts';
import { fleetWorkflowId, lookSignal } from '../messages/fleet.ts';
import { statusQuery } from '../messages/deployment.ts';
import type { Tell } from '../messages/region.ts';

/** One each: the test server skips no more time once an activity was taken back. */
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

test('a batch that lasts says once why, and says so no more when it is over', async () => {
  const service = world.service('lasts');
  const region = service.regions[eu]!;
  region.lasts = '1 host is not healthy on it yet: no free port (eu-west-1)';
  const watch = region.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => watch.waiting() > 0);
  await until(async () => (await handle.query(statusQuery)).regions.some(({ reason }) => reason === region.lasts));
  region.lasts = null;
  watch.open();
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(eventsOf(service).filter((event) => event === 'batch-lasts')).toHaveLength(1);
  expect((await handle.query(statusQuery)).regions.filter(({ reason }) => reason !== null)).toEqual([]);
});

test('a region that waits for its hosts over a night continues in new histories, and forgets nothing', async () => {
  const service = world.service('night');
  const region = service.regions[eu]!;
  const watch = region.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => watch.waiting() > 0);
  watch.open();
  region.hosts = 0;
  await until(() => eventsOf(service).includes('region-waiting'));
  const child = world.env.client.workflow.getHandle(`deployment:night:1:${eu}`);
  const first = (await child.describe()).runId;
  await until(async () => {
    await world.env.sleep('30m');
    return (await child.describe()).runId !== first;
  });
  expect((await child.describe()).historyLength).toBeLessThan(5_000);
  region.hosts = 4;
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(region.ran.filter((step) => ['begin', 'watch:1', 'watch:2'].includes(step))).toEqual([
    'begin',
    'watch:1',
    'watch:2',
  ]);
  expect(service.intents.filter(({ step }) => step === 'advance:2').length).toBeLessThan(10);
});

test('a batch that a region has not written yet when a freeze begins is taken back, and begun after it', async () => {
  await world.openFleet();
  const service = world.service('unwritten');
  const region = service.regions[eu]!;
  const write = region.gate('advance:2');
  const handle = await world.deploy(service, { asksFleet: true });
  await until(() => write.waiting() > 0);
  const freeze = freezeUntil((await world.env.currentTimeMs()) + 15 * 60_000);
  world.fleet.freezes.push(freeze);
  await world.env.client.workflow.getHandle(fleetWorkflowId).signal(lookSignal);
  await until(() => eventsOf(service).includes('region-paused'));
  await until(() => write.waiting() === 0);
  write.open();
  expect(region.row?.lastStep.id).toBe('advance:1');
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(eventsOf(service).indexOf('region-resumed')).toBeGreaterThan(eventsOf(service).indexOf('unfrozen'));
  expect(region.ran.filter((step) => step === 'advance:2')).toHaveLength(2);
  // Of one revision, as no person has said anything: only what they are numbered with says which is the newer one.
  const tells = await signalsTo(`deployment:unwritten:1:${eu}`);
  expect(tells.map(({ controlRevision }) => controlRevision)).toEqual(tells.map(() => 0));
  const numbers = tells.map(({ tellSequence }) => tellSequence!);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  expect(tells.map(({ signal }) => signal)).toEqual(expect.arrayContaining(['pauseRegion', 'resumeRegion']));
});

test('a batch that is just being written when a freeze begins has begun: it is watched, and nothing comes after it', async () => {
  await world.openFleet();
  const service = world.service('just-written');
  const region = service.regions[eu]!;
  const { enter } = region;
  const [entered, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  region.enter = async (id) => {
    if (id === 'advance:1') {
      entered.resolve();
      await written.promise; // whoever takes it back
    }
    return enter(id);
  };
  const watch = region.gate('watch:1');
  const handle = await world.deploy(service, { asksFleet: true });
  await entered.promise;
  world.fleet.freezes.push(freezeUntil((await world.env.currentTimeMs()) + 15 * 60_000));
  await world.env.client.workflow.getHandle(fleetWorkflowId).signal(lookSignal);
  await until(() => eventsOf(service).includes('frozen'));
  const child = world.env.client.workflow.getHandle(`deployment:just-written:1:${eu}`);
  await until(async () => JSON.stringify(await child.fetchHistory()).includes('activityTaskCancelRequested'));
  written.resolve();
  await until(() => watch.waiting() > 0);
  await until(() => eventsOf(service).includes('batch-advanced'));
  watch.open();
  await until(() => eventsOf(service).includes('region-paused'));
  expect(region.row?.lastStep.id).toBe('advance:1');
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(region.ran.filter((step) => step === 'advance:1')).toHaveLength(1);
});

const freezeUntil = (untilMs: number): Freeze => ({
  freeze: 7,
  kind: 'freeze',
  owner: 'mo',
  reason: 'holidays',
  policy: 'hold',
  scope: { services: [], regions: [] },
  when: { every: 'once', from: new Date(0).toISOString(), until: new Date(untilMs).toISOString() },
});

async function signalsTo(workflowId: string): Promise<readonly (Tell & { readonly signal: string })[]> {
  const { events } = await world.env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: told }) => {
    const [said] = told?.input?.payloads ?? [];
    return said ? [{ ...(JSON.parse(String(said.data)) as Tell), signal: told!.signalName! }] : [];
  });
}
