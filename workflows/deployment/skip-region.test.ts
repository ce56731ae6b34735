import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RegionName } from '../../domain/names.ts';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { RegionWorld } from '../../test/workflow-world/region-world.ts';
import { actLocally, benignFault } from '../../test/workflow-world/region-world.ts';
import { ap, eu, eventsOf, twoStages, us, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, pauseUpdate, skipRegionSignal, skipRegionUpdate, statusQuery } from '../messages/deployment.ts';
import { regionRolloutWorkflowId } from '../messages/region.ts';

// A server each, as in unreachable.test.ts: what it abandons keeps the test server from skipping time for a while.
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const skip = (region: RegionName, token = `skip-region:mo:::${region}`) => ({
  args: [{ token, region, reason: 'its link is down' }] as [{ token: string; region: RegionName; reason: string }],
});
const undoIt = { by: 'ada', reason: 'it smells', hold: false };

/** From this step on, the region answers nothing. */
function goesDarkAt(region: RegionWorld, step: string): void {
  const { enter } = region;
  region.enter = async (id) => {
    region.away ||= id === step;
    return region.away ? Promise.reject(benignFault('dark')) : enter(id);
  };
}

/** Between two tries of what the region does not answer: the test server could not go on otherwise. */
async function untilUnreachable(service: ServiceWorld, region: RegionName): Promise<void> {
  await until(async () => {
    await world.env.sleep('10s');
    return eventsOf(service).includes('region-unreachable');
  });
  const id = regionRolloutWorkflowId(service.service, deploymentNumber(1), region);
  const rollout = world.env.client.workflow.getHandle(id);
  const attempt = async () => (await rollout.describe()).raw.pendingActivities?.[0]?.attempt ?? 0;
  const before = Math.max(await attempt(), 6);
  await until(async () => {
    await world.env.sleep('1s');
    return (await attempt()) > before;
  });
}

function withDeadline(name: string): ServiceWorld {
  const service = world.service(name);
  service.plan = { ...twoStages, undoDeadlineMs: 3_700 };
  return service;
}

describe('a region that is skipped', () => {
  test('keeps the deployment no longer, stays where it is, and owes that while it does not answer', async () => {
    const service = withDeadline('skipped');
    goesDarkAt(service.regions[ap]!, 'advance:1');
    const handle = await world.deploy(service);
    await untilUnreachable(service, ap);
    const answer = await handle.executeUpdate(skipRegionUpdate, skip(ap));
    const why = 'skipped by mo: its link is down';
    expect(answer).toEqual({
      accepted: true,
      message: `ap-south is ${why}; it gets the release by a deployment of its own`,
    });
    const { regions } = await handle.query(statusQuery);
    expect(regions.find(({ region }) => region === ap)).toMatchObject({ state: 'skipped', reason: why });
    expect(await handle.result()).toEqual({
      outcome: 'succeeded',
      reason: 'skipped@1 is live in 2 of 3 regions; skipped: ap-south',
      pending: [ap],
    });
    expect(service.obligations).toMatchObject([{ region: ap, kind: 'hold', controlRevision: 1 }]);
    expect(service.finished[0]?.regions).toEqual([
      { region: eu, outcome: 'succeeded' },
      { region: us, outcome: 'succeeded' },
      { region: ap, outcome: 'skipped' },
    ]);
    expect(service.regions[ap]!.ran).not.toContain('finish');
  });

  test('that is held is told to stay where it is, and the others go on', async () => {
    const service = world.service('held');
    service.regions[ap]!.pinned = true;
    const watch = service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    const { regions } = await handle.query(statusQuery);
    expect(regions.filter(({ held }) => held).map(({ region }) => region)).toEqual([ap]);
    watch.open();
    await handle.executeUpdate(skipRegionUpdate, skip(ap));
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [] });
    expect(service.obligations).toEqual([]);
    expect(service.regions[ap]!.row).toMatchObject({ mode: 'hold', controlRevision: 1, attempt: { deployment: 1 } });
  });

  test('before it has begun hears nothing, and no copy to it is waited for', async () => {
    const service = world.service('no-copy');
    service.regions[ap]!.away = true;
    const handle = await world.deploy(service);
    await until(async () => {
      await world.env.sleep('10s');
      return eventsOf(service).includes('copy-waits');
    });
    await handle.signal(skipRegionSignal, skip(ap).args[0]);
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.intents.filter(({ region }) => region === ap)).toEqual([]);
    expect(service.finished[0]?.regions.map(({ region }) => region)).toEqual([eu, us]);
  });

  test('is undone with the others when the deployment is aborted (case 10)', async () => {
    const service = world.service('undone');
    service.regions[ap]!.pinned = true;
    service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    await handle.executeUpdate(skipRegionUpdate, skip(ap));
    await until(() => service.regions[ap]!.row?.controlRevision === 1);
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
    expect(service.regions[ap]!.row?.mode).toBe('undo');
    expect(service.finished[0]?.regions).toContainEqual({ region: ap, outcome: 'undone' });
  });

  test('owes its undo, and no hold beside it, when the deployment is aborted and it does not answer', async () => {
    const service = world.service('owes-undo');
    service.regions[ap]!.pinned = true;
    goesDarkAt(service.regions[ap]!, 'undo');
    const watch = service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: '' }] });
    watch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    await handle.executeUpdate(skipRegionUpdate, skip(ap));
    await until(() => service.regions[ap]!.row?.controlRevision === 2);
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [ap] });
    expect(service.obligations.map(({ region, kind }) => [region, kind])).toEqual([[ap, 'undo']]);
  });

  test('that did something else instead of staying owes that, and reconcile finds out what', async () => {
    const service = world.service('rolled-back-there');
    service.regions[ap]!.pinned = true;
    const watch = service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    actLocally(service.regions[ap]!, 'undo');
    await handle.executeUpdate(skipRegionUpdate, skip(ap));
    await until(() => service.obligations.length > 0);
    watch.open();
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [ap] });
    const reason = 'not held: the deployment was undone here';
    expect(service.obligations).toMatchObject([{ region: ap, kind: 'hold', reason }]);
  });

  test('takes a token for it, and no other', async () => {
    const service = world.service('tokens');
    service.regions[ap]!.pinned = true;
    service.regions[us]!.pinned = true;
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).filter((event) => event === 'region-held').length === 2);
    const bad = await handle.executeUpdate(skipRegionUpdate, skip(ap, 'resume:mo'));
    expect(bad.accepted).toBe(false);
    await expect(handle.executeUpdate(skipRegionUpdate, skip(eu))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('eu-west is ready') },
    });
    await expect(
      handle.executeUpdate(skipRegionUpdate, { args: [{ ...skip(ap).args[0], reason: '' }] }),
    ).rejects.toMatchObject({ cause: { message: expect.stringContaining('reason must say why') } });
    await handle.signal('skipRegion', `skip-region:mo:::${ap}`);
    expect((await handle.query(statusQuery)).held).toBe(true);
    // One for another region says nothing about this one, and is good there still.
    const other = await handle.executeUpdate(skipRegionUpdate, skip(us, `skip-region:mo:::${ap}`));
    expect(other).toEqual({ accepted: false, message: 'the approval token is for another region' });
    const own = await handle.executeUpdate(skipRegionUpdate, skip(ap));
    expect(own.accepted).toBe(true);
    expect((await handle.executeUpdate(skipRegionUpdate, skip(us))).accepted).toBe(true);
    expect(service.tokenRegions).toContainEqual([`skip-region:mo:::${ap}`, ap]);
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});
