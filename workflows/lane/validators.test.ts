import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { until } from '../../test/workflow-world/environment.ts';
import { createServerWorld } from '../../test/workflow-world/server-world.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import type { Gate } from '../../test/workflow-world/gate.ts';
import {
  canaryWaits,
  inCanary,
  keyed,
  openedLane,
  person,
  submission,
  wasStarted,
  withdrawal,
} from '../../test/workflow-world/opened-lane.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import type { lane } from '../index.ts';
import { abortUpdate, deploymentWorkflowId } from '../messages/deployment.ts';
import { laneStart, lockUpdate, rollbackUpdate, submitUpdate, unlockUpdate, withdrawUpdate } from '../messages/lane.ts';

let world: WorkflowWorld;
// A whole server: the one that skips time loses a message to a workflow that has only just begun.
beforeAll(async () => {
  world = await createServerWorld();
});
afterAll(() => world.close());

const accepted = { waitForStage: 'ACCEPTED' } as const;
const isLocked = (fresh: ServiceWorld): void => {
  fresh.lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00Z' };
};

/** What the lane starts waits at the gate. */
async function startsAtGate(name: string, script: (fresh: ServiceWorld) => void) {
  const gate: Gate = createGate();
  const opened = await openedLane(world, name, (fresh) => {
    fresh.starting = gate;
    script(fresh);
  });
  return { ...opened, gate, isStarting: () => until(() => gate.waiting() > 0) };
}

test('a withdrawal of what is only being started is answered when that has started, so that an abort finds it', async () => {
  const { handle, submit, service, gate, isStarting } = await startsAtGate('starting', canaryWaits);
  await submit('a');
  await isStarting();
  const withdrawn = await handle.startUpdate(withdrawUpdate, { ...withdrawal(1, 'w'), ...accepted });
  gate.open();
  expect(await withdrawn.result()).toEqual({ outcome: 'refused', message: 'starting/1 has begun: abort it' });
  const begun = world.env.client.workflow.getHandle(deploymentWorkflowId(service.service, deploymentNumber(1)));
  const abort = { by: 'ada', reason: '', hold: false };
  expect(await begun.executeUpdate(abortUpdate, { args: [abort] })).toMatchObject({ accepted: true });
});

test('a deploy is taken behind an unlock that waits for its turn', async () => {
  const { handle, service, gate, isStarting } = await startsAtGate('opens', (fresh) => {
    isLocked(fresh);
    canaryWaits(fresh);
  });
  const [{ by, reason, key }] = keyed('r').args;
  await handle.executeUpdate(rollbackUpdate, { args: [{ by, reason, key, traceparent: null }] });
  await isStarting();
  const unlocked = await handle.startUpdate(unlockUpdate, { ...keyed('u'), ...accepted });
  const deployed = await handle.startUpdate(submitUpdate, { ...submission(service, 'c', person(1)), ...accepted });
  gate.open();
  expect((await unlocked.result()).lock).toBeNull();
  expect(await deployed.result()).toMatchObject({ outcome: 'accepted', deployment: 2 });
});

test("a repeat of a person's deploy gets its first answer, also on a lane that was locked since", async () => {
  const { handle, service, submit } = await openedLane(world, 'repeats', canaryWaits);
  expect(await submit('k', person(1))).toMatchObject({ outcome: 'accepted', deployment: 1 });
  await inCanary(service);
  await handle.executeUpdate(lockUpdate, keyed('l', 'INC-7'));
  expect(await submit('k', person(1))).toMatchObject({ outcome: 'repeated', deployment: 1 });
});

test('a lane that is opened by a withdrawal first reads what waits in it', async () => {
  const service = world.service('fresh');
  isLocked(service);
  wasStarted(service, false);
  const start = { ...laneStart(service.service), workflowIdConflictPolicy: 'FAIL' } as const;
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof lane>('lane', start);
  const update = { ...withdrawal(1, 'w'), startWorkflowOperation };
  const answer = await world.env.client.workflow.executeUpdateWithStart(withdrawUpdate, update);
  expect(answer).toEqual({ outcome: 'withdrawn' });
  expect(service.cancelled).toMatchObject([{ deployment: 1 }]);
});
