import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eu, eventsOf } from '../../test/workflow-world/service-world.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

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
