/** What comes at one moment with the skip of a region, and what a long silence after it must not hold up: on Temporal's own server. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CompleteAsyncError, Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { RegionName } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { until } from '../../test/workflow-world/environment.ts';
import { createServerWorld } from '../../test/workflow-world/server-world.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { ap, eventsOf, twoStages, us, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { skipRegionSignal, skipRegionUpdate, statusQuery } from '../messages/deployment.ts';
import type { deployment } from './deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createServerWorld();
});
afterAll(() => world.close());

const skip = (region: RegionName) => ({
  args: [{ token: `skip-region:mo:::${region}`, region, reason: 'its link is down' }] as [
    { token: string; region: RegionName; reason: string },
  ],
});

type Handle = WorkflowHandle<typeof deployment>;

/** Activities that have not ended. */
const pendingOf = async (handle: Handle): Promise<number> =>
  ((await handle.describe()).raw.pendingActivities ?? []).length;

/** Its token is found good when something else has just happened: the workflow hears of both at once. */
async function skippedBeside(
  service: ServiceWorld,
  handle: Handle,
  region: RegionName,
  beside: () => Promise<void>,
): Promise<void> {
  let taskToken: Uint8Array | null = null;
  const pass = (): Promise<void> => {
    ({ taskToken } = Context.current().info);
    return Promise.reject(new CompleteAsyncError());
  };
  service.verifying = { ...createGate(), pass };
  await handle.signal(skipRegionSignal, skip(region).args[0]);
  await until(() => taskToken !== null);
  await world.atOnce(async () => {
    await beside();
    const approvedAt = new Date().toISOString();
    const approval = { approver: 'mo', role: 'release-owner', roles: ['release-owner'], teams: [], approvedAt };
    await world.env.client.activity.complete(taskToken!, { valid: true, approval });
  });
}

describe('a region that is skipped', () => {
  test('is not waited for when the others have finished, however long it may be silent', async () => {
    const service = world.service('not-waited-for');
    service.plan = { ...twoStages, undoDeadlineMs: 86_400_000 };
    service.regions[ap]!.pinned = true;
    const finishes = service.regions[us]!.gate('finish');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    service.regions[ap]!.away = true;
    await handle.executeUpdate(skipRegionUpdate, skip(ap));
    await until(() => finishes.waiting() > 0);
    // Others have not finished yet: it may still answer.
    expect(service.obligations).toEqual([]);
    finishes.open();
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [ap] });
    expect(service.obligations).toMatchObject([{ region: ap, kind: 'hold', reason: 'does not answer' }]);
  });

  test('stays skipped when the copy to it ends at the same moment', async () => {
    const service = world.service('copy-ends-beside');
    const [region, watch] = [service.regions[ap]!, service.regions[us]!.gate('watch:1')];
    const copies = region.gate('copy');
    region.away = true;
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('copy-waits'));
    region.away = false;
    await until(() => copies.waiting() > 0);
    await skippedBeside(service, handle, ap, async () => {
      copies.open();
      await until(async () => (await pendingOf(handle)) === 1);
    });
    await until(() => eventsOf(service).includes('region-skipped'));
    const { regions } = await handle.query(statusQuery);
    expect(regions.find(({ region: name }) => name === ap)?.state).toBe('skipped');
    watch.open();
    expect((await handle.result()).reason).toMatch(/live in 2 of 3 regions; skipped: ap-south$/);
    expect(eventsOf(service).filter((event) => event === 'region-replicated')).toHaveLength(2);
  });
});
