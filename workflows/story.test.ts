/** What somebody reads who has Temporal's own tools, and not the code. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import type { WorkflowWorld } from '../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../test/workflow-world/environment.ts';
import type { ServiceWorld } from '../test/workflow-world/service-world.ts';
import { approveByOne, builtBy, eu, eventsOf, twoStages } from '../test/workflow-world/service-world.ts';
import { approveUpdate } from './messages/deployment.ts';
import { lockUpdate, submitUpdate, unlockUpdate } from './messages/lane.ts';

/** Temporal's own server: the one that skips time forgets the summaries of children. */
let temporal: TestTemporal;
let world: WorkflowWorld;
let service: ServiceWorld;

/** story/1 goes live, story/2 is undone, and the lane was locked and opened before. */
beforeAll(async () => {
  temporal = await connectTestTemporal();
  const { address, namespace } = temporal;
  world = await createWorkflowWorld({
    env: await TestWorkflowEnvironment.createFromExistingServer({ address, namespace }),
  });
  service = world.service('story');
  service.build = builtBy(service.service, 'npm test');
  service.plan = { ...twoStages, approve: approveByOne, verify: { run: './smoke.sh', timeoutMs: 60_000 } };
  const lane = await world.openLane(service);
  await lane.executeUpdate(lockUpdate, { args: [{ by: 'ada', reason: 'INC-7', key: 'l' }] });
  await lane.executeUpdate(unlockUpdate, { args: [{ by: 'ada', reason: '', key: 'u' }] });
  for (const deployment of [1, 2]) {
    if (deployment === 2) service.regions[eu]!.judge = () => 'stop';
    await lane.executeUpdate(submitUpdate, { args: [{ request: request(deployment), queueWhenLocked: true }] });
    await until(() => eventsOf(service, deployment).includes('approval-wanted'));
    const handle = world.env.client.workflow.getHandle(`deployment:story:${deployment}`);
    await handle.executeUpdate(approveUpdate, { args: [{ token: `approve:mo:${deployment}` }] });
    await handle.result();
  }
});
afterAll(async () => {
  await world.close();
  await temporal.close();
});

const request = (number: number) =>
  ({
    key: `merge ${number}`,
    service: service.service,
    kind: 'rollout',
    source: {
      from: 'merge',
      commit: 'c'.repeat(40),
      before: 'b'.repeat(40),
      branch: 'main',
      authors: ['lin'],
      pusher: 'lin',
      subject: 'Say hello',
    },
    traceparent: null,
  }) as const;

type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** What an event is called, if it is a step that takes time: only those carry a summary. */
const stepIn = (event: Event): string | null =>
  event.activityTaskScheduledEventAttributes?.activityType?.name ??
  event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ??
  (event.timerStartedEventAttributes ? 'timer' : null);

async function stepsOf(workflowId: string): Promise<readonly string[]> {
  const { events } = await world.env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => {
    const step = stepIn(event);
    if (step === null) return [];
    const summary = event.userMetadata?.summary;
    return [`${step}: ${summary ? defaultPayloadConverter.fromPayload<string>(summary) : 'NOTHING'}`];
  });
}

const workflows = [
  'lane:story',
  'deployment:story:1',
  'deployment:story:1:eu-west',
  'deployment:story:2',
  'deployment:story:2:eu-west:undo',
];

test.each(workflows)('every step of %s says what it is', async (workflowId) => {
  const steps = await stepsOf(workflowId);
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.filter((step) => step.endsWith(': NOTHING'))).toEqual([]);
});

test('the history of a deployment is its story', async () => {
  const steps = await stepsOf('deployment:story:1');
  const told = steps.filter((step) => !step.startsWith('recordProgress'));
  expect(told).toEqual(
    expect.arrayContaining([
      'holdService: story/1 takes hold of story',
      'buildRelease: builds story@1 from cccccccccccc',
      'signRelease: signs story@1',
      'runCommand: checks: npm test',
      'planDeployment: plans where story@1 goes, and in which batches',
      'replicateRelease: copy to eu-west',
      'timer: the approval expires',
      'verifyApproval: who signed the token to approve, and whether it counts',
      'admitRelease: admits story@1 to eu-west, us-east, ap-south',
      'deployment:story:1:eu-west: story@1 to eu-west',
      'runCommand: verify: ./smoke.sh',
      "recordPointOfNoReturn: point of no return: story/1 can't be aborted any more",
      'finishRegion: finish eu-west',
      'finishDeployment: story/1 ends: succeeded: story@1 is live in 3 of 3 regions',
    ]),
  );
  expect(steps).toContain('recordProgress: approved by mo, 1 of 1');
});

const details = async (workflowId: string): Promise<string> => {
  const handle = world.env.client.workflow.getHandle(workflowId);
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
};

test.each([
  ['deployment:story:1', /^\*\*story\/1 rollout of story@1: succeeded\*\*\n\nlive in 3 of 3 regions, /],
  ['deployment:story:1:eu-west', /^eu-west is ready\n[\s\S]+\| eu-west \| done \|/],
  ['deployment:story:2', /: undone\*\*\n\nundone in 1 region: .+\n\nNext: Fix it and merge; .+`slipway unlock story /],
  ['deployment:story:2:eu-west', /^stops: /],
  ['deployment:story:2:eu-west:undo', /^\*\*story: back to what ran before\*\*\n\neu-west is undone/],
])('when it has ended, %s says how', async (workflowId, said) => {
  expect(await details(workflowId)).toMatch(said);
});
