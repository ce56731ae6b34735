/** What people who can use Temporal send by mistake, to whatever listens: each handler of each workflow, as it registers them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { RawValue, type Payload } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { deploymentNumber } from '../domain/names.ts';
import { mostRefusedSignalsShown } from '../domain/progress/refused-signals.ts';
import { connectTestTemporal, type TestTemporal } from '../test/temporal.ts';
import { createWorkflowWorld, until, type WorkflowWorld } from '../test/workflow-world/environment.ts';
import { canaryWaits, inCanary, submission } from '../test/workflow-world/opened-lane.ts';
import { approveByOne, eu, eventsOf, twoStages, type ServiceWorld } from '../test/workflow-world/service-world.ts';
import type * as workflows from './index.ts';
import { abortUpdate, deploymentWorkflowId, statusQuery } from './messages/deployment.ts';
import { deploymentEndedSignal, laneQuery, laneWorkflowId, submitUpdate } from './messages/lane.ts';
import { recoveryWorkflowId } from './messages/recovery.ts';
import { regionRolloutWorkflowId, regionUndoWorkflowId } from './messages/region.ts';

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

/** `hint`: what comes with it is not looked at. `fire exit`: does what it says, whatever comes with it. */
type Heeding = 'refused' | 'hint' | 'fire exit';

const ofDeployment: Readonly<Record<string, Heeding>> = {
  abort: 'fire exit',
  reject: 'fire exit',
  pause: 'fire exit',
  approve: 'refused',
  breakGlass: 'refused',
  resume: 'refused',
  endUndo: 'refused',
  promote: 'refused',
  skipRegion: 'refused',
  regionProgress: 'refused',
  fleetAnswer: 'refused',
  pass: 'hint',
};

/** Each signal of each workflow type. A new one is missing here until somebody has decided what a malformed one does. */
const signals: Readonly<Record<keyof typeof workflows, Readonly<Record<string, Heeding>>>> = {
  deployment: ofDeployment,
  recovery: ofDeployment,
  regionRollout: { pauseRegion: 'refused', resumeRegion: 'refused', promoteRegion: 'hint', endWatch: 'hint' },
  regionUndo: { endRegionUndo: 'refused' },
  lane: { look: 'hint', deploymentEnded: 'hint' },
  fleet: { ask: 'refused', look: 'hint' },
  reconcile: {},
};
const types = Object.keys(signals) as (keyof typeof workflows)[];

/** What no value was made of, as it stands: from a tool of somebody's own, or of another language. */
const payload = (encoding: string, data: string): RawValue =>
  RawValue.fromPayload({ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) } satisfies Payload);
const brokenJson = payload('json/plain', '{ "by": ');

const inputs: readonly (readonly [string, readonly unknown[]])[] = [
  ['no input', []],
  ['null', [null]],
  ['a string', ['right away']],
  [
    'wrong fields',
    [{ by: 7, token: 7, region: 'eu-west', regions: 'eu-west', request: {}, controlRevision: 'newest' }],
  ],
];

const undecodable: typeof inputs = [
  ['broken JSON', [brokenJson]],
  ['an unknown encoding', [payload('binary/encrypted', 'secret')]],
  ['no encoding', [RawValue.fromPayload({ metadata: {}, data: Buffer.from('{}') })]],
  ['broken JSON after what is not looked at', [null, brokenJson]],
];

/** A text is a token, and a bad one. */
const takesText = ['approve', 'breakGlass', 'resume', 'endUndo'];

interface Metadata {
  readonly currentDetails?: string;
  readonly definition: Readonly<
    Partial<
      Record<'signalDefinitions' | 'updateDefinitions' | 'queryDefinitions', readonly { readonly name?: string }[]>
    >
  >;
}
const metadataOf = (handle: WorkflowHandle) => handle.query<Metadata>('__temporal_workflow_metadata');
const namesOf = (definitions: readonly { readonly name?: string }[] = []): readonly string[] =>
  definitions.map(({ name }) => name!).filter((name) => !name.startsWith('__'));

/** As somebody's tool sends it: with whatever was typed. */
const signalOf = (handle: WorkflowHandle, signal: string, args: readonly unknown[]): Promise<void> =>
  handle.signal<unknown[]>(signal, ...args);

const handleOf = (workflowId: string) => world.env.client.workflow.getHandle(workflowId);
const first = deploymentNumber(1);

/** One of each workflow type, open; but `reconcile`, which is over. */
async function open(name: string) {
  const rolling = world.service(`rolling-${name}`);
  canaryWaits(rolling);
  await world.deploy(rolling);
  await inCanary(rolling);

  const lost = world.service(`lost-${name}`);
  canaryWaits(lost);
  const undoing = lost.regions[eu]!.gate('undo');
  const lane = await world.openLane(lost);
  await lane.executeUpdate(submitUpdate, submission(lost, 'one'));
  await inCanary(lost);
  await handleOf(deploymentWorkflowId(lost.service, first)).terminate('by mistake');
  await lane.signal(deploymentEndedSignal, { deployment: first, outcome: 'failed' });
  await until(() => undoing.waiting() > 0);

  const fleet = await world.openFleet();
  const reconciled = await world.env.client.workflow.start('reconcile', {
    workflowId: `reconcile:${name}`,
    taskQueue: 'control',
    args: [{ region: eu }],
  });
  await reconciled.result();
  const handles: Readonly<Record<keyof typeof workflows, WorkflowHandle>> = {
    deployment: handleOf(deploymentWorkflowId(rolling.service, first)),
    regionRollout: handleOf(regionRolloutWorkflowId(rolling.service, first, eu)),
    recovery: handleOf(recoveryWorkflowId(lost.service, first)),
    regionUndo: handleOf(regionUndoWorkflowId(lost.service, first, eu)),
    lane: handleOf(laneWorkflowId(lost.service)),
    fleet,
    reconcile: reconciled,
  };
  return { rolling, lost, handles };
}

const failedTasks = async (handle: WorkflowHandle): Promise<readonly string[]> => {
  const { events } = await handle.fetchHistory();
  const failures = (events ?? []).map((event) => event.workflowTaskFailedEventAttributes);
  return failures.flatMap((failure) => (failure ? [failure.failure?.message ?? 'failed'] : []));
};

/** Who refuses an update, and with which words. */
const byOurs = { type: 'InvalidMessage', message: expect.stringMatching(/must|needs|this is the lane of/) };
const byTemporal = { message: expect.stringMatching(/Unknown encoding|JSON/) };

describe.each([...inputs, ...undecodable])('with %s', (said, args) => {
  const name = said.toLowerCase().replaceAll(' ', '-');
  const isDecodable = inputs.some(([each]) => each === said);
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open(name);
  });

  /** What a deployment says next takes the place of its details, so that is looked for in its story. */
  async function saidBy(type: keyof typeof workflows): Promise<readonly string[]> {
    const { rolling, lost, handles } = opened;
    const service = { deployment: rolling, recovery: lost }[type as string];
    if (service !== undefined) return service.progress.map(({ message }) => message);
    return [(await metadataOf(handles[type])).currentDetails ?? ''];
  }

  test.each(types)('each signal of %s that can not be read is refused in words, and it goes on', async (type) => {
    const handle = opened.handles[type];
    const { definition } = await metadataOf(handle);
    expect(namesOf(definition.signalDefinitions).toSorted()).toEqual(Object.keys(signals[type]).toSorted());
    for (const [signal, heeding] of Object.entries(signals[type])) {
      if (heeding === 'fire exit') continue;
      await signalOf(handle, signal, args);
      if (heeding === 'hint' || (said === 'a string' && takesText.includes(signal))) continue;
      const refused = new RegExp(`the signal ${signal} does nothing: .*(needs|must)`);
      const isSaid = async () => (await saidBy(type)).some((told) => refused.test(told));
      await until(isSaid);
    }
    await metadataOf(handle); // what was sent last was heard, too
    expect(await failedTasks(handle)).toEqual([]);
  });

  test.each(types)('each update of %s is refused before it is accepted, and each query is answered', async (type) => {
    const handle = opened.handles[type];
    const { definition } = await metadataOf(handle);
    for (const update of namesOf(definition.updateDefinitions)) {
      if (said === 'a string' && takesText.includes(update)) continue;
      const sent = handle.executeUpdate<unknown, [unknown]>(update, { args: [...args] as unknown as [unknown] });
      await expect(sent.then((answer) => ({ update, answer }))).rejects.toMatchObject({
        cause: isDecodable ? byOurs : byTemporal,
      });
    }
    for (const query of namesOf(definition.queryDefinitions)) {
      const answer = handle.query<unknown, unknown[]>(query, ...args);
      expect(await answer.then(() => 'answered').catch(() => 'refused')).toBe(isDecodable ? 'answered' : 'refused');
      expect(await handle.query(query)).toBeDefined();
    }
    expect(await failedTasks(handle)).toEqual([]);
  });

  test('all of it ends as if nothing had come', async () => {
    const { rolling, lost, handles } = opened;
    for (const { regions } of [rolling, lost]) for (const gate of ['watch:1', 'undo']) regions[eu]!.gate(gate).open();
    expect(await handles.deployment.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await handles.recovery.result()).toMatchObject({ outcome: 'undone', pending: [] });
    await handles.lane.signal('look');
    await until(async () => (await handles.lane.query(laneQuery)).active === null);
    const asking = world.service(`asking-${name}`);
    const asked = await world.deploy(asking, { asksFleet: true });
    expect(await asked.result()).toMatchObject({ outcome: 'succeeded' });
    expect(await failedTasks(handles.fleet)).toEqual([]);
  });
});

async function waitsForApproval(name: string): Promise<{ service: ServiceWorld; handle: WorkflowHandle }> {
  const service = world.service(name);
  service.plan = { ...twoStages, approve: approveByOne };
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('approval-wanted'));
  return { service, handle };
}

describe('the fire exit does not jam', () => {
  test.each([...inputs, ...undecodable])('with %s', async (said, args) => {
    const name = said.toLowerCase().replaceAll(' ', '-');
    const [aborted, rejected, paused] = [
      await waitsForApproval(`abort-${name}`),
      await waitsForApproval(`reject-${name}`),
      await waitsForApproval(`pause-${name}`),
    ];
    await signalOf(aborted.handle, 'abort', args);
    expect(await aborted.handle.result()).toMatchObject({ outcome: 'cancelled', reason: 'aborted by temporal' });
    await signalOf(rejected.handle, 'reject', args);
    expect(await rejected.handle.result()).toMatchObject({ outcome: 'rejected' });
    await signalOf(paused.handle, 'pause', args);
    await until(async () => (await paused.handle.query(statusQuery)).paused);
    const abort = { by: 'ada', reason: '', hold: false };
    await paused.handle.executeUpdate(abortUpdate, { args: [abort] });
    expect(await paused.handle.result()).toMatchObject({ outcome: 'cancelled' });
  });
});

test('who sends such signals by the hundred fills no history', async () => {
  const { service, handle } = await waitsForApproval('flooded');
  for (let sent = 0; sent < mostRefusedSignalsShown + 10; sent += 1) await handle.signal('promote');
  await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
  await handle.result();
  expect(eventsOf(service).filter((event) => event === 'signal-refused')).toHaveLength(mostRefusedSignalsShown);
});
