import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RegionName } from '../../domain/names.ts';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { RegionWorld } from '../../test/workflow-world/region-world.ts';
import { benignFault } from '../../test/workflow-world/region-world.ts';
import { ap, eu, eventsOf, twoStages, us, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, statusQuery } from '../messages/deployment.ts';
import { regionRolloutWorkflowId } from '../messages/region.ts';

// The test server skips no more time once a workflow has closed during a try of an activity that it abandoned (what the try
// says is refused before the server unlocks its clock). So tests here stop a deployment, and let deadlines pass, between
// two tries; and they have a server each, so that one that doesn't manage says so itself.
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const undoIt = { by: 'ada', reason: 'it smells', hold: false };

/** From this step on, the region answers nothing. */
function goesDarkAt(region: RegionWorld, step: string): void {
  const { enter } = region;
  region.enter = async (id) => {
    region.away ||= id === step;
    return region.away ? Promise.reject(benignFault('dark')) : enter(id);
  };
}

const untilUnreachable = (service: ServiceWorld): Promise<void> =>
  until(async () => {
    await world.env.sleep('10s');
    return eventsOf(service).includes('region-unreachable');
  });

/** When a try has just ended, and the next one is more than three seconds away: from the sixth on they are 5 s apart. */
async function untilBetweenTries(service: ServiceWorld, region: RegionName): Promise<void> {
  await untilUnreachable(service);
  const id = regionRolloutWorkflowId(service.service, deploymentNumber(1), region);
  const rollout = world.env.client.workflow.getHandle(id);
  const attempt = async () => (await rollout.describe()).raw.pendingActivities?.[0]?.attempt ?? 0;
  const before = Math.max(await attempt(), 6);
  await until(async () => {
    await world.env.sleep('1s');
    return (await attempt()) > before;
  });
}

/** Steps are tried after 0, 0.2, 0.6, 1.4 and 3 s, and then after 5 s (undo, hold) or 6.2 s (finish). */
const deadlineBetweenTriesMs = 3_700;

function withDeadline(name: string): ServiceWorld {
  const service = world.service(name);
  service.plan = { ...twoStages, undoDeadlineMs: deadlineBetweenTriesMs };
  return service;
}

describe('a region that does not answer', () => {
  test('is shown as such, and the deployment goes on by itself when it does', async () => {
    const service = world.service('returns');
    service.regions[us]!.away = true;
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('waits-for-copy'));
    service.regions[us]!.away = false;
    const begin = service.regions[us]!.gate('begin');
    await until(() => begin.waiting() > 0);
    service.regions[us]!.away = true;
    begin.open();
    await until(async () => {
      await world.env.sleep('30s');
      return eventsOf(service).includes('region-unreachable');
    });
    const { waiting, regions } = await handle.query(statusQuery);
    expect(waiting).toMatch(/^can't reach us-east since .*; goes on when it answers, or when a person skips it$/);
    expect(regions.find(({ region }) => region === us)?.state).toBe('unreachable');
    service.regions[us]!.away = false;
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).toContain('region-reachable');
  });

  test('during a batch is asked by its last step, and watched again when it is back', async () => {
    const service = world.service('watched');
    const region = service.regions[eu]!;
    goesDarkAt(region, 'watch:1');
    const handle = await world.deploy(service);
    await untilUnreachable(service);
    region.enter = (id) => Promise.resolve(void region.ran.push(id));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(region.ran.filter((id) => id === 'advance:1')).toHaveLength(2);
    expect(eventsOf(service).filter((event) => event === 'batch-advanced')).toHaveLength(6);
  });

  test('owes its finish when it can not be told', async () => {
    const service = withDeadline('owes-finish');
    const watch = service.regions[ap]!.gate('watch:2');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    service.regions[ap]!.away = true;
    watch.open();
    const result = await handle.result();
    expect(result).toEqual({ outcome: 'succeeded', reason: 'owes-finish@1 is live in 2 of 3 regions', pending: [ap] });
    const { attempt, generation } = service.regions[ap]!.row!;
    expect(service.obligations).toMatchObject([{ region: ap, kind: 'finish', attempt, generation }]);
  });

  test('owes its undo when the deployment is aborted', async () => {
    const service = withDeadline('dark');
    goesDarkAt(service.regions[eu]!, 'begin');
    const handle = await world.deploy(service);
    await untilBetweenTries(service, eu);
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect(await handle.result()).toEqual({ outcome: 'undone', reason: 'aborted by ada: it smells', pending: [eu] });
    expect(service.obligations).toMatchObject([{ region: eu, kind: 'undo', reason: 'does not answer', generation: 0 }]);
    // The next deployment there must not keep what was undone.
    expect(service.finished).toMatchObject([{ regions: [{ region: eu, outcome: 'undone' }], pending: [eu] }]);
  });

  test('owes its hold when the deployment is aborted with hold', async () => {
    const service = withDeadline('dark-hold');
    goesDarkAt(service.regions[eu]!, 'advance:1');
    const handle = await world.deploy(service);
    await untilBetweenTries(service, eu);
    await handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', pending: [eu] });
    expect(service.obligations).toMatchObject([{ region: eu, kind: 'hold', controlRevision: 1 }]);
  });

  test('does not hold up the undo of the others', async () => {
    const service = withDeadline('one-dark');
    service.regions[ap]!.hosts = 0;
    goesDarkAt(service.regions[ap]!, 'undo');
    service.regions[us]!.judge = () => (service.regions[ap]!.ran.includes('advance:1') ? 'stop' : 'advance');
    const watch = service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-waiting'));
    watch.open();
    await until(() => eventsOf(service).filter((event) => event === 'region-undone').length === 2);
    const { waiting, regions } = await handle.query(statusQuery);
    expect(waiting).toMatch(/^waits until ap-south is undone/);
    expect(regions.map(({ state }) => state)).toEqual(['undone', 'undone', 'undoing']);
    expect((await handle.result()).pending).toEqual([ap]);
  });
});
