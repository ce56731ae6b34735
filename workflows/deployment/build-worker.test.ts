import { expect, test } from '@jest/globals';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eventsOf } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, statusQuery } from '../messages/deployment.ts';

// The test server skips no time while an activity waits for a worker.
test('while no build worker is there a deployment says so, can be aborted, and goes on when one comes', async () => {
  const world = await createWorkflowWorld({ buildWorker: 'later' });
  const services = [world.service('unbuilt'), world.service('unbuilt-aborted')] as const;
  const [kept, aborted] = await Promise.all(services.map((service) => world.deploy(service)));
  await until(() => services.every((service) => eventsOf(service).includes('build-worker-wanted')));
  const { state, waiting } = await kept!.query(statusQuery);
  expect(state).toBe('building');
  expect(waiting).toMatch(/^no build worker had taken it up by .*; goes on by itself$/);
  await aborted!.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
  expect((await aborted!.result()).outcome).toBe('cancelled');
  await world.startBuildWorker();
  expect((await kept!.result()).outcome).toBe('succeeded');
  await world.close();
});
