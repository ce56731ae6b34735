import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eu, eventsOf, us, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { statusQuery } from '../messages/deployment.ts';

// A server for each test: see unreachable.test.ts.
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const inTime = (service: ServiceWorld, event: string): Promise<void> =>
  until(async () => {
    await world.env.sleep('10s');
    return eventsOf(service).includes(event);
  });

test('a copy that no worker of its region takes up is shown after a minute, and goes on when one comes', async () => {
  await world.stopRegion(us);
  const service = world.service('nobody-copies');
  const handle = await world.deploy(service, { build: null });
  await inTime(service, 'copy-waits');
  const { regions } = await handle.query(statusQuery);
  expect(regions.find(({ region }) => region === us)?.reason).toBe('not copied yet: nobody there takes it up');
  await world.startRegion(us);
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('a watch that no worker of its region takes up any more is shown after half a minute, and made again when one comes', async () => {
  const service = world.service('nobody-watches');
  const watch = service.regions[eu]!.gate('watch:1');
  const handle = await world.deploy(service, { build: null });
  await until(() => watch.waiting() > 0);
  await world.stopRegion(eu);
  await inTime(service, 'region-unreachable');
  expect((await handle.query(statusQuery)).waiting).toMatch(/^can't reach eu-west since .*; goes on when it answers$/);
  watch.open();
  await world.startRegion(eu);
  expect((await handle.result()).outcome).toBe('succeeded');
});
