import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { RegionWorld } from '../../test/workflow-world/region-world.ts';
import { benignFault, terminalFault } from '../../test/workflow-world/region-world.ts';
import { approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

/** This step ends in a fault, as often as it is tried, until what this answers is called. */
function failsAt(region: RegionWorld, step: string, fault: ApplicationFailure): () => void {
  const { enter } = region;
  region.enter = (id) => (id === step ? Promise.reject(fault) : enter(id));
  return () => (region.enter = enter);
}

/** Skips time until it is so. */
const inTime = (condition: () => boolean): Promise<void> =>
  until(async () => {
    await world.env.sleep('10s');
    return condition();
  });

describe('a fault that lasts', () => {
  test('in a copy is shown with its cause, tried until it heals, and then forgotten', async () => {
    const service = world.service('store-full');
    const heal = failsAt(service.regions[us]!, 'copy', benignFault('no space left in the store'));
    const handle = await world.deploy(service, { build: null });
    const reason = 'not copied yet: no space left in the store';
    await until(async () => {
      await world.env.sleep('10s');
      return (await handle.query(statusQuery)).waiting === `waits until the release is copied to us-east: ${reason}`;
    });
    expect(eventsOf(service)).toContain('copy-waits');
    const { regions } = await handle.query(statusQuery);
    expect(regions.find(({ region }) => region === us)).toMatchObject({ state: 'replicating', reason });
    heal();
    expect((await handle.result()).outcome).toBe('succeeded');
    const shown = service.progress.flatMap((progress) => progress.regions.filter(({ region }) => region === us));
    expect(shown.find(({ state }) => state === 'ready')).toMatchObject({ reason: null });
  });

  test('in a step of a region is shown with its cause', async () => {
    const service = world.service('database-full');
    const heal = failsAt(service.regions[eu]!, 'begin', benignFault('no space left on device'));
    const handle = await world.deploy(service, { build: null });
    await inTime(() => eventsOf(service).includes('region-unreachable'));
    const { regions } = await handle.query(statusQuery);
    expect(regions[0]).toMatchObject({ state: 'unreachable', reason: 'does not answer: no space left on device' });
    heal();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('in the hold that the judge asks for is shown, and the region is held when it heals', async () => {
    const service = world.service('hold-full');
    const region = service.regions[eu]!;
    region.judge = () => 'hold';
    const heal = failsAt(region, 'hold', benignFault('no space left on device'));
    const handle = await world.deploy(service, { build: null });
    await inTime(() => eventsOf(service).includes('region-unreachable'));
    expect(region.row?.mode).toBe('advance');
    heal();
    await inTime(() => eventsOf(service).includes('region-held'));
    expect(region.row?.mode).toBe('hold');
    await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: 'held', hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
  });
});

test('a copy that fails for good ends the wait for approval', async () => {
  const service = world.service('copy-broken');
  service.plan = { ...twoStages, approve: approveByOne };
  const copy = service.regions[us]!.gate('copy');
  const { enter } = service.regions[us]!;
  service.regions[us]!.enter = (id) =>
    enter(id).then(() => Promise.reject(terminalFault('the manifest is of another')));
  const handle = await world.deploy(service, { build: null });
  // The test server refuses the cancel of a copy that is just ending: the others are over first.
  await until(() => eventsOf(service).filter((event) => event === 'region-replicated').length === 2);
  expect((await handle.query(statusQuery)).waiting).toMatch(/^waits for approval/);
  copy.open();
  expect(await handle.result()).toEqual({
    outcome: 'failed',
    reason: 'copy to us-east: replicateRelease failed: the manifest is of another',
    pending: [],
  });
  expect(service.intents).toEqual([]);
});

test('promise 11: when the fault heals, the deployment ends by itself: nothing is stuck', async () => {
  const service = world.service('heals');
  const region = service.regions[eu]!;
  const { enter } = region;
  const tries = new Map<string, number>();
  region.enter = (id) => {
    tries.set(id, (tries.get(id) ?? 0) + 1);
    return tries.get(id)! > 6 ? enter(id) : Promise.reject(benignFault(`${id} meets a fault`));
  };
  const handle = await world.deploy(service, { build: null });
  expect((await handle.result()).outcome).toBe('succeeded');
  expect([...tries.keys()]).toEqual(['copy', 'begin', 'advance:1', 'watch:1', 'advance:2', 'watch:2', 'finish']);
});
