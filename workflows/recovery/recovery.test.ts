import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { until } from '../../test/workflow-world/environment.ts';
import { createServerWorld } from '../../test/workflow-world/server-world.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { submission } from '../../test/workflow-world/opened-lane.ts';
import { abortUpdate, deploymentWorkflowId, skipRegionUpdate } from '../messages/deployment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { deploymentEndedSignal, laneWorkflowId, rollbackUpdate, submitUpdate } from '../messages/lane.ts';
import { recoveryWorkflowId } from '../messages/recovery.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createServerWorld();
});
afterAll(() => world.close());

const first = deploymentNumber(1);

/** Where a deployment stands when somebody meddles with it, how it gets there, and how it must end. */
interface Point {
  readonly name: string;
  readonly prepare: (service: ServiceWorld) => void;
  readonly reached: (service: ServiceWorld) => boolean;
  readonly outcome: DeploymentOutcome;
  /** Regions that must run their base again, or the release. */
  readonly settled: Readonly<Record<string, 'undo' | 'advance'>>;
  /** Commands of hooks that ran, each at least once. */
  readonly undone?: readonly string[];
}

const waitingIn = (gate: string) => (service: ServiceWorld) => service.regions[eu]!.gate(gate).waiting() > 0;

const points: readonly Point[] = [
  {
    name: 'while people are asked',
    prepare: (service) => void (service.plan = { ...twoStages, approve: approveByOne }),
    reached: (service) => eventsOf(service).includes('approval-wanted'),
    outcome: 'cancelled',
    settled: {},
  },
  {
    name: 'in a batch',
    prepare: (service) => void service.regions[eu]!.gate('watch:2'),
    reached: waitingIn('watch:2'),
    outcome: 'undone',
    settled: { [eu]: 'undo' },
  },
  {
    name: 'in a batch after a hook',
    prepare(service) {
      const up = { run: '+db', undo: '-db', timeoutMs: 60_000, mayStay: false, destructive: false };
      const region = { before: [], after: [] };
      service.plan = { ...twoStages, hooks: { before: [up], after: [], region } };
      service.hook = ({ command }) => ({
        // Undone when its region is, and not before.
        outcome: command === '+db' || service.regions[eu]!.row?.mode === 'undo' ? 'passed' : 'failed',
        reason: 'too soon, or the hook was forgotten',
        log: null,
      });
      service.regions[eu]!.gate('watch:2');
    },
    reached: waitingIn('watch:2'),
    outcome: 'undone',
    settled: { [eu]: 'undo' },
    undone: ['+db', '-db'],
  },
  {
    name: 'while a later stage is watched',
    prepare(service) {
      const [canary, later] = twoStages.stages;
      service.plan = { ...twoStages, stages: [canary!, { ...later!, bakeMs: 60_000 }] };
      service.regions[us]!.gate('bake');
      service.regions[ap]!.gate('bake');
    },
    reached: (service) => service.regions[us]!.gate('bake').waiting() + service.regions[ap]!.gate('bake').waiting() > 1,
    outcome: 'undone',
    settled: { [eu]: 'undo', [us]: 'undo', [ap]: 'undo' },
  },
  {
    name: 'while it is undone',
    prepare(service) {
      service.regions[us]!.judge = () => 'stop';
      service.regions[eu]!.gate('undo');
    },
    reached: waitingIn('undo'),
    outcome: 'undone',
    settled: { [eu]: 'undo', [us]: 'undo', [ap]: 'undo' },
  },
  {
    name: 'past its point of no return',
    prepare: (service) => void service.regions[eu]!.gate('finish'),
    reached: waitingIn('finish'),
    outcome: 'succeeded',
    settled: { [eu]: 'advance', [us]: 'advance', [ap]: 'advance' },
  },
];

const client = () => world.env.client;
const handleOf = ({ service }: ServiceWorld) => client().workflow.getHandle(deploymentWorkflowId(service, first));

/** What somebody may do to it in Temporal's Web UI. */
const meddlings: Readonly<Record<string, (service: ServiceWorld) => Promise<unknown>>> = {
  terminated: (service) => handleOf(service).terminate('by mistake'),
  cancelled: (service) => handleOf(service).cancel(),
  reset: async (service) => {
    const { events } = await handleOf(service).fetchHistory();
    const tasks = events!.filter((event) => event.workflowTaskCompletedEventAttributes);
    return client().workflowService.resetWorkflowExecution({
      namespace: world.env.namespace!,
      workflowExecution: { workflowId: deploymentWorkflowId(service.service, first) },
      reason: 'to try again',
      requestId: service.service,
      // Half of its way back: what it did since is done and forgotten.
      workflowTaskFinishEventId: tasks[Math.floor(tasks.length / 2)]!.eventId!,
    });
  },
};

async function begin(service: ServiceWorld): Promise<void> {
  const lane = await world.openLane(service);
  await lane.executeUpdate(submitUpdate, submission(service, 'one'));
}

/** As a lane does by itself after half a minute. */
const look = ({ service }: ServiceWorld) =>
  client()
    .workflow.getHandle(laneWorkflowId(service))
    .signal(deploymentEndedSignal, { deployment: first, outcome: 'failed' });

function openGates({ regions }: ServiceWorld): void {
  for (const region of [eu, us, ap])
    for (const gate of ['watch:2', 'bake', 'undo', 'finish']) regions[region]!.gate(gate).open();
}

describe.each(Object.keys(meddlings))('a deployment that somebody %s', (verb) => {
  test.each(points)('$name ends rightly: $outcome', async (point) => {
    const { name, prepare, reached, outcome, settled, undone = [] } = point;
    const service = world.service(`${verb}-${name.replaceAll(/[^a-z]+/g, '-')}`);
    prepare(service);
    await begin(service);
    await until(() => reached(service));
    await meddlings[verb]!(service);
    await look(service);
    openGates(service);
    await until(async () => {
      if (service.finished.length === 0) await look(service);
      return service.finished.length > 0;
    });
    expect(service.finished).toMatchObject([{ outcome, pending: [] }]);
    expect(service.hooksRan.filter((id) => !id.endsWith(' ended'))).toEqual(undone);
    const modes = [eu, us, ap].flatMap((region) => {
      const row = service.regions[region]!.row;
      return row === null ? [] : [[region, row.mode]];
    });
    expect(Object.fromEntries(modes)).toEqual(settled);
    await until(async () => (await openOf(service)).length === 0);
    // The lane goes on: what comes next is started.
    const lane = client().workflow.getHandle(laneWorkflowId(service.service));
    await until(async () => (await lane.query<{ active: unknown }>('lane')).active === null);
  });
});

describe('recovery', () => {
  const inBatch = points.find(({ name }) => name === 'in a batch')!;

  /** In the middle of a batch, and then without its workflow. */
  async function lostInBatch(service: ServiceWorld): Promise<void> {
    inBatch.prepare(service);
    await begin(service);
    await until(() => inBatch.reached(service));
    await meddlings['terminated']!(service);
    await look(service);
  }

  test('says who closed the workflow, and why, where people look', async () => {
    const service = world.service('told');
    await lostInBatch(service);
    openGates(service);
    await until(() => service.finished.length > 0);
    const told = service.progress.find(({ event }) => event === 'recovery-started')!;
    expect(told.message).toMatch(
      /^the workflow of told\/1 was terminated in Temporal by .+: by mistake; recovery ends it$/,
    );
    expect(service.finished[0]!.reason).toMatch(/was terminated in Temporal by .+: by mistake$/);
    const before = service.progress.slice(0, service.progress.indexOf(told));
    expect(told).toMatchObject({ state: 'rolling', stage: 'canary' });
    expect(told.sequence).toBeGreaterThan(Math.max(...before.map(({ sequence }) => sequence)));
  });

  test('says of one that was reset what whoever did it gave as a reason, also when it is tried again', async () => {
    const service = world.service('told-of-reset');
    const takingOver = createGate();
    service.takingOver = takingOver;
    inBatch.prepare(service);
    await begin(service);
    await until(() => inBatch.reached(service));
    await meddlings['reset']!(service);
    await look(service);
    await until(() => takingOver.waiting() > 0);
    // As by a try whose answer got lost.
    await handleOf(service).terminate('its deployment is ended by recovery');
    takingOver.open();
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.finished[0]!.reason).toBe('the workflow of told-of-reset/1 was reset in Temporal: to try again');
  });

  test('ends one that was reset and has come to an end of its own before the lane found it: that end is not taken', async () => {
    const service = world.service('reset-ends');
    service.plan = { ...twoStages, approve: approveByOne };
    await begin(service);
    await until(() => eventsOf(service).includes('approval-wanted'));
    await meddlings['reset']!(service);
    await handleOf(service).cancel();
    await until(async () => (await handleOf(service).describe()).status.name === 'FAILED');
    expect(service.finished).toEqual([]);
    await look(service);
    await until(() => service.finished.length > 0);
    const reason = 'the workflow of reset-ends/1 was reset in Temporal: to try again';
    expect(service.finished).toMatchObject([{ outcome: 'cancelled', reason }]);
  });

  test('hears a rollback that comes while it takes over: hosts go back, whatever the spec leaves to people', async () => {
    const service = world.service('rolled-back');
    service.plan = { ...twoStages, rollback: { automatic: false, lockAfter: true } };
    const takingOver = createGate();
    service.takingOver = takingOver;
    await lostInBatch(service);
    await until(() => takingOver.waiting() > 0);
    const lane = client().workflow.getHandle(laneWorkflowId(service.service));
    const rollback = { by: 'ada', reason: 'it burns', key: 'r', traceparent: null };
    expect(await lane.executeUpdate(rollbackUpdate, { args: [rollback] })).toMatchObject({ outcome: 'undoing' });
    takingOver.open();
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.finished).toMatchObject([{ outcome: 'undone', reason: 'aborted by ada: rollback: it burns' }]);
    expect(service.regions[eu]!.row?.mode).toBe('undo');
    // Its undo was enough: no rollback follows.
    await until(() => service.rollback === null);
    expect(service.rows).toHaveLength(1);
  });

  /** us-east is held and skipped, does not answer, and the others are about to finish: then it is without its workflow. */
  async function lostWithSkipped(service: ServiceWorld): Promise<void> {
    const region = service.regions[us]!;
    region.pinned = true;
    service.regions[eu]!.gate('finish');
    await begin(service);
    await until(() => eventsOf(service).includes('region-held'));
    region.away = true;
    const token = `skip-region:mo:::${us}`;
    await handleOf(service).executeUpdate(skipRegionUpdate, {
      args: [{ token, region: us, reason: 'its link is down' }],
    });
    await until(() => waitingIn('finish')(service) && tellsToStay(service).length > 0);
    await meddlings['terminated']!(service);
  }

  const tellsToStay = ({ intents }: ServiceWorld) =>
    intents.filter(({ region, mode }) => region === us && mode === 'hold');
  /** Above any that people's messages have brought to a region. */
  const byRecovery = 1_000_000_000;

  test('has a skipped region stay where it is, also past the point of no return', async () => {
    const service = world.service('skipped-stays');
    await lostWithSkipped(service);
    service.regions[us]!.away = false;
    await look(service);
    await until(() => service.regions[us]!.row?.controlRevision === byRecovery);
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.regions[us]!.row?.mode).toBe('hold');
    expect(service.obligations).toEqual([]);
    expect(service.finished).toMatchObject([{ outcome: 'succeeded', pending: [] }]);
    expect(service.finished[0]!.regions).toContainEqual({ region: us, outcome: 'skipped' });
  });

  test('names a skipped region that does not answer: it owes that it stays', async () => {
    const service = world.service('skipped-owes');
    await lostWithSkipped(service);
    await look(service);
    await until(() => tellsToStay(service).length > 1);
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.finished).toMatchObject([{ outcome: 'succeeded', pending: [us] }]);
    expect(service.obligations).toMatchObject([{ region: us, kind: 'hold', controlRevision: byRecovery }]);
  });

  test('that somebody terminates is begun again, and ends it', async () => {
    const service = world.service('recovery-terminated');
    service.regions[eu]!.gate('undo');
    await lostInBatch(service);
    await until(() => waitingIn('undo')(service));
    await client().workflow.getHandle(recoveryWorkflowId(service.service, first)).terminate('by mistake too');
    await look(service);
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.finished).toMatchObject([{ outcome: 'undone', pending: [] }]);
  });

  test('leaves hosts where they are if the spec lets nothing be undone by itself', async () => {
    const service = world.service('no-automatic-undo');
    service.plan = { ...twoStages, rollback: { automatic: false, lockAfter: true } };
    await lostInBatch(service);
    openGates(service);
    await until(() => service.finished.length > 0);
    expect(service.finished).toMatchObject([{ outcome: 'cancelled', regions: [{ region: eu, outcome: 'held' }] }]);
    expect(service.regions[eu]!.row?.mode).toBe('hold');
  });

  test('goes on with the hold that a person had chosen', async () => {
    const service = world.service('hold-terminated');
    inBatch.prepare(service);
    service.regions[eu]!.gate('hold');
    await begin(service);
    await until(() => inBatch.reached(service));
    await handleOf(service).executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: 'wait', hold: true }] });
    await until(() => waitingIn('hold')(service));
    await meddlings['terminated']!(service);
    await look(service);
    service.regions[eu]!.gate('hold').open();
    await until(() => service.finished.length > 0);
    expect(service.finished).toMatchObject([{ outcome: 'cancelled', reason: 'aborted by ada: wait' }]);
    expect(service.regions[eu]!.row?.mode).toBe('hold');
  });
});

/** Workflows of the deployment that still run. */
async function openOf({ service }: ServiceWorld): Promise<readonly string[]> {
  const ids = [deploymentWorkflowId(service, first), recoveryWorkflowId(service, first)];
  const ofRegions = [eu, us, ap].flatMap((region) => [`${ids[0]}:${region}`, `${ids[0]}:${region}:undo`]);
  const all = await Promise.all(
    [...ids, ...ofRegions].map(async (id) => {
      const running = await client()
        .workflow.getHandle(id)
        .describe()
        .then(
          ({ status }) => status.name,
          () => 'none',
        );
      return running === 'RUNNING' ? [id] : [];
    }),
  );
  return all.flat();
}
