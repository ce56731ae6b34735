import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from './environment.ts';
import { createWorkflowWorld, until } from './environment.ts';

let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const worlds = () => (globalThis as { [key: symbol]: unknown })[Symbol.for('slipway.worlds')];

test('a world in which a test hangs tells what is waited for, and what is open', async () => {
  const service = world.service('held');
  service.holder = deploymentNumber(7);
  await world.deploy(service, { deployment: deploymentNumber(8) });
  let isOver = false;
  const waiting = until(() => isOver);
  await until(async () => /^  \d+ \d+ EVENT_TYPE_ACTIVITY_TASK_SCHEDULED .*holdService/m.test(await told()));
  const text = await told();
  expect(text).toContain('waits for ()=>isOver');
  expect(text).toContain('deployment:held:8 is open:');
  isOver = true;
  await waiting;
  expect(await told()).not.toContain('waits for ()=>isOver');
});

async function told(): Promise<string> {
  const [tell] = worlds() as Set<() => Promise<string>>;
  return tell!();
}
