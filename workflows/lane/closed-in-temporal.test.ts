import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { TestTemporal } from '../../test/temporal.ts';
import { connectTestTemporal } from '../../test/temporal.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { canaryWaits, inCanary, keyed, person, submission } from '../../test/workflow-world/opened-lane.ts';
import { eu, eventsOf } from '../../test/workflow-world/service-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import { abortUpdate, deploymentWorkflowId } from '../messages/deployment.ts';
import type { LaneStatus } from '../messages/lane.ts';
import { laneStart, laneWorkflowId, lockUpdate, rollbackUpdate, submitUpdate, unlockUpdate } from '../messages/lane.ts';

let temporal: TestTemporal;
let world: WorkflowWorld;
beforeAll(async () => {
  temporal = await connectTestTemporal();
  const { address, namespace } = temporal;
  const env = await TestWorkflowEnvironment.createFromExistingServer({ address, namespace });
  world = await createWorkflowWorld({ env });
});
afterAll(async () => {
  await world.close();
  await temporal.close();
});

const handleOf = ({ service }: ServiceWorld) => world.env.client.workflow.getHandle(laneWorkflowId(service));
const statusOf = (service: ServiceWorld) => handleOf(service).query<LaneStatus>('lane');
const submit = (service: ServiceWorld, key: string) =>
  handleOf(service).executeUpdate(submitUpdate, submission(service, key));

/** What somebody may do to a lane in Temporal's Web UI; one that is closed is opened again by the control worker. */
const meddlings: Readonly<Record<string, (service: ServiceWorld) => Promise<unknown>>> = {
  terminated: async (service) => {
    await handleOf(service).terminate('by mistake');
    await world.env.client.workflow.start('lane', laneStart(service.service));
  },
  cancelled: async (service) => {
    await handleOf(service).cancel();
    await until(async () => (await handleOf(service).describe()).status.name !== 'RUNNING');
    await world.env.client.workflow.start('lane', laneStart(service.service));
  },
  reset: async (service) => {
    const { events } = await handleOf(service).fetchHistory();
    const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
    await world.env.client.workflowService.resetWorkflowExecution({
      namespace: temporal.namespace,
      workflowExecution: { workflowId: laneWorkflowId(service.service) },
      reason: 'to try again',
      requestId: service.service,
      // As far back as it goes: after the lane had read what was there, before anything came.
      workflowTaskFinishEventId: tasks[1]!.eventId!,
    });
  },
};

const outcomes = ({ rows }: ServiceWorld) => rows.map(({ key, outcome }) => `${key.split(' ')[0]} ${outcome}`);
const allEnded = (service: ServiceWorld, count: number) =>
  until(() => service.rows.length >= count && service.rows.every(({ outcome }) => outcome !== null));

async function opened(name: string, script: (service: ServiceWorld) => void = () => undefined): Promise<ServiceWorld> {
  const service = world.service(name);
  script(service);
  await world.openLane(service);
  return service;
}

describe.each(Object.keys(meddlings))('a lane that somebody %s', (verb) => {
  const meddle = (service: ServiceWorld) => meddlings[verb]!(service);
  const fresh = (name: string, script?: (service: ServiceWorld) => void) => opened(`${name}-${verb}`, script);

  test('with a deployment in a batch and a queue ends them all, once each and one after the other', async () => {
    const service = await fresh('busy', canaryWaits);
    for (const key of ['a', 'b', 'c']) await submit(service, key);
    await inCanary(service);
    await meddle(service);
    await until(async () => (await statusOf(service)).active?.deployment === 1);
    service.regions[eu]!.gate('watch:1').open();
    await allEnded(service, 3);
    expect(outcomes(service)).toEqual(['a succeeded', 'b succeeded', 'c succeeded']);
    expect(service.finished).toHaveLength(3);
  });

  test('that is locked stays locked, and starts what waits when it is opened', async () => {
    const service = await fresh('locked');
    await handleOf(service).executeUpdate(lockUpdate, keyed('l', 'INC-7'));
    await submit(service, 'a');
    await meddle(service);
    await until(async () => (await statusOf(service)).queue.length === 1);
    expect(await statusOf(service)).toMatchObject({ lock: { owner: 'ada', reason: 'INC-7' }, active: null });
    expect(service.rows[0]?.started).toBe(false);
    await handleOf(service).executeUpdate(unlockUpdate, keyed('u'));
    await allEnded(service, 1);
    expect(outcomes(service)).toEqual(['a succeeded']);
  });

  test('while its deployment is rolled back lets that end, and starts nothing behind it', async () => {
    const service = await fresh('rolling-back', (script) => {
      canaryWaits(script);
      script.regions[eu]!.gate('undo');
    });
    await submit(service, 'a');
    await submit(service, 'b');
    await inCanary(service);
    const args: [object] = [{ by: 'ada', reason: 'it burns', key: 'r', traceparent: null }];
    await handleOf(service).executeUpdate(rollbackUpdate, { args: args as never });
    await until(() => eventsOf(service).includes('undo-started'));
    await meddle(service);
    service.regions[eu]!.gate('undo').open();
    await until(() => service.rows[0]?.outcome === 'undone');
    await until(async () => {
      const { active, lock } = await statusOf(service);
      return active === null && lock !== null;
    });
    expect(service.rows[1]?.started).toBe(false);
  });

  test('with nothing to do answers what comes next', async () => {
    const service = await fresh('idle');
    await submit(service, 'a');
    await allEnded(service, 1);
    await meddle(service);
    await submit(service, 'b');
    await allEnded(service, 2);
    expect(outcomes(service)).toEqual(['a succeeded', 'b succeeded']);
    expect(service.finished).toHaveLength(2);
  });

  test('tells a repeat of what came before it the same deployment', async () => {
    const service = await fresh('repeated', canaryWaits);
    await submit(service, 'a');
    await inCanary(service);
    await meddle(service);
    expect(await submit(service, 'a')).toMatchObject({ deployment: 1, release: 1 });
    service.regions[eu]!.gate('watch:1').open();
    await allEnded(service, 1);
    expect(service.rows).toHaveLength(1);
  });
});

// One that was reset goes back in its own history, and reads nothing anew.
describe.each(['terminated', 'cancelled'])('a lane that somebody %s', (verb) => {
  const meddle = (service: ServiceWorld) => meddlings[verb]!(service);
  const fresh = (name: string, script?: (service: ServiceWorld) => void) => opened(`${name}-${verb}`, script);

  test('while a rollback waits for the end of what somebody leaves held follows that up', async () => {
    const service = await fresh('follow-up', (script) => {
      canaryWaits(script);
      script.regions[eu]!.gate('hold');
    });
    await submit(service, 'a');
    await inCanary(service);
    const active = world.env.client.workflow.getHandle(deploymentWorkflowId(service.service, deploymentNumber(1)));
    await active.executeUpdate(abortUpdate, { args: [{ by: 'kim', reason: '', hold: true }] });
    const args: [object] = [{ by: 'ada', reason: 'it burns', key: 'r', traceparent: null }];
    await handleOf(service).executeUpdate(rollbackUpdate, { args: args as never });
    await until(() => service.regions[eu]!.gate('hold').waiting() > 0);
    await meddle(service);
    service.regions[eu]!.gate('hold').open();
    service.regions[eu]!.gate('watch:1').open();
    // Its undo was to be enough, and it was left held: only a rollback brings the service back.
    await allEnded(service, 2);
    expect(outcomes(service)).toEqual(['a cancelled', 'r succeeded']);
    expect(service.rows[1]).toMatchObject({ kind: 'rollback' });
    await until(() => service.rollback === null);
  });

  test('before the abort of a rollback was sent sends it', async () => {
    const service = await fresh('unsent', canaryWaits);
    await submit(service, 'a');
    await inCanary(service);
    const of = deploymentNumber(1);
    // As Postgres has it when a lane is closed between writing that down and the abort.
    service.rollback = { of, opened: null, by: 'ada', reason: 'it burns', key: 'r', traceparent: null };
    await meddle(service);
    await allEnded(service, 1);
    expect(outcomes(service)).toEqual(['a undone']);
    expect(service.finished[0]?.reason).toBe('aborted by ada: rollback: it burns');
    await until(() => service.rollback === null);
  });

  test('before a hotfix has had what is active make way has it do so', async () => {
    const service = await fresh('way', canaryWaits);
    await submit(service, 'a');
    await inCanary(service);
    const { request } = submission(service, 'hot', person(1)).args[0];
    const makesWay = { of: deploymentNumber(1), hold: false };
    const row = { kind: 'rollout', key: 'hot', started: false, runId: null, outcome: null, hotfix: true } as const;
    const [deployment, release] = [deploymentNumber(2), releaseNumber(1)];
    service.rows.push({ ...row, deployment, release, request: { ...request, hotfix: true, makesWay } });
    await meddle(service);
    await until(() => service.rows[0]?.outcome === 'undone');
    service.regions[eu]!.gate('watch:1').open();
    await allEnded(service, 2);
    expect(outcomes(service)).toEqual(['a undone', 'hot succeeded']);
  });
});

describe('a rollback that waits for the end of what it is about', () => {
  const waits = { opened: null, by: 'ada', reason: 'it burns', key: 'r', traceparent: null } as const;

  test('and then has nothing to go back to says so', async () => {
    const service = await opened('nothing-before', (script) => {
      canaryWaits(script);
      script.regions[eu]!.gate('hold');
      script.rollbackTarget = null;
    });
    await submit(service, 'a');
    await inCanary(service);
    const active = world.env.client.workflow.getHandle(deploymentWorkflowId(service.service, deploymentNumber(1)));
    await active.executeUpdate(abortUpdate, { args: [{ by: 'kim', reason: '', hold: true }] });
    const args: [object] = [{ by: 'ada', reason: 'it burns', key: 'r', traceparent: null }];
    await handleOf(service).executeUpdate(rollbackUpdate, { args: args as never });
    service.regions[eu]!.gate('hold').open();
    await until(() => service.refusedRollbacks.length > 0);
    const reason = 'no release ran before this one, or none that may still run';
    expect(service.refusedRollbacks).toEqual([{ of: 1, by: 'ada', key: 'r', reason }]);
    expect(service.rollback).toBeNull();
  });

  test('is not taken up when a newer deployment has begun since, and that is said', async () => {
    const service = world.service('long-ago');
    const row = { kind: 'rollout', started: true, runId: null } as const;
    const { request } = submission(service, 'old').args[0];
    for (const [number, outcome] of [[1, 'cancelled'] as const, [2, 'succeeded'] as const]) {
      const [deployment, release] = [deploymentNumber(number), releaseNumber(number)];
      service.rows.push({ ...row, deployment, release, key: `k${number}`, request, outcome });
    }
    service.rollback = { of: deploymentNumber(1), ...waits };
    await world.openLane(service);
    await until(() => service.refusedRollbacks.length > 0);
    const reason = 'long-ago/2 has begun since: ask for it again, if it is still wanted';
    expect(service.refusedRollbacks).toEqual([{ of: 1, by: 'ada', key: 'r', reason }]);
    expect(service.rollback).toBeNull();
    expect(service.rows).toHaveLength(2);
  });
});
