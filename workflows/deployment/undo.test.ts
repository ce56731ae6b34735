import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { actLocally } from '../../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortSignal, abortUpdate, endUndoUpdate, pauseUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const undoIt = { by: 'ada', reason: 'it smells', hold: false };
const modeOf = (service: ServiceWorld) => [eu, us, ap].map((region) => service.regions[region]?.row?.mode ?? null);
const outcomesOf = (service: ServiceWorld) =>
  Object.fromEntries(
    service.finished.flatMap(({ regions }) => regions.map(({ region, outcome }) => [region, outcome])),
  );

describe('a bad release', () => {
  test('is undone where it was tried, and the lane is locked', async () => {
    const service = world.service('bad-canary');
    service.regions[eu]!.judge = () => 'stop';
    const result = await (await world.deploy(service)).result();
    expect(result).toEqual({ outcome: 'undone', reason: 'eu-west: /healthz answered 500', pending: [] });
    expect(modeOf(service)).toEqual(['undo', null, null]);
    expect(outcomesOf(service)).toEqual({ [eu]: 'undone' });
    const reason = 'bad-canary/1 was undone: eu-west: /healthz answered 500';
    expect(service.finished[0]?.lock).toMatchObject({ owner: 'slipway', reason });
  });

  test('that leaves hosts is undone, and locks the lane whatever the policy, with how many there are and why', async () => {
    const service = world.service('hosts-left');
    service.plan = { ...twoStages, rollback: { automatic: true, lockAfter: false } };
    service.regions[eu]!.judge = () => 'stop';
    service.regions[eu]!.left = { pinned: 20_000, silent: 1, refusing: 0 };
    const handle = await world.deploy(service);
    expect(await handle.result()).toMatchObject({ outcome: 'undone' });
    const why = '20000 pinned, 1 silent';
    expect(service.finished[0]?.notUndone).toEqual([
      { what: 'hosts', name: eu, left: 'hosts-left@1', undo: null, why, hosts: 20_001 },
    ]);
    expect(service.finished[0]?.lock).toMatchObject({ owner: 'slipway', reason: expect.stringContaining(why) });
  });

  test('that leaves none is as its policy says', async () => {
    const service = world.service('no-hosts-left');
    service.plan = { ...twoStages, rollback: { automatic: true, lockAfter: false } };
    service.regions[eu]!.judge = () => 'stop';
    service.regions[eu]!.left = { pinned: 0, silent: 0, refusing: 0 };
    expect(await (await world.deploy(service)).result()).toMatchObject({ outcome: 'undone' });
    expect(service.finished[0]).toMatchObject({ lock: null });
    expect(service.finished[0]).not.toHaveProperty('notUndone');
  });

  test('is undone in all regions, also in those of earlier stages and those that are still rolling', async () => {
    const service = world.service('bad-world');
    service.regions[us]!.judge = (batch) => (batch === 2 ? 'stop' : 'advance');
    service.regions[ap]!.gate('watch:1');
    const result = await (await world.deploy(service)).result();
    expect(result).toMatchObject({ outcome: 'undone', reason: 'us-east: /healthz answered 500' });
    expect(modeOf(service)).toEqual(['undo', 'undo', 'undo']);
    expect(service.regions[ap]?.ran).not.toContain('advance:2');
  });

  test('is undone from the newest stage on', async () => {
    const service = world.service('newest-first');
    service.regions[us]!.judge = () => 'stop';
    const handle = await world.deploy(service);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const children =
      events?.map((event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId) ?? [];
    const undos = children.filter((id) => id?.endsWith(':undo'));
    expect(undos).toHaveLength(3);
    expect(undos.at(-1)).toBe('deployment:newest-first:1:eu-west:undo');
  });

  test('is held for a person where the spec forbids an automatic undo, and undone when they abort', async () => {
    const service = world.service('by-hand');
    service.plan = { ...twoStages, rollback: { automatic: false, lockAfter: true } };
    service.regions[eu]!.judge = () => 'stop';
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('decision-wanted'));
    const { held, waiting } = await handle.query(statusQuery);
    expect(held).toBe(true);
    expect(waiting).toMatch(
      /^failed since .*: eu-west: \/healthz answered 500; a person must abort it: to undo it, or with hold/,
    );
    await until(() => eventsOf(service).includes('region-held'));
    expect(modeOf(service)).toEqual(['hold', null, null]);
    expect((await handle.executeUpdate(abortUpdate, { args: [undoIt] })).accepted).toBe(true);
    const reason = 'aborted by ada: it smells; it had failed: eu-west: /healthz answered 500';
    expect(await handle.result()).toMatchObject({ outcome: 'undone', reason });
    expect(modeOf(service)).toEqual(['undo', null, null]);
  });
});

describe('an abort', () => {
  test.each<[string, string, (service: ServiceWorld) => void, string]>([
    [
      'while it waits for approval',
      'approval-wanted',
      (s) => (s.plan = { ...twoStages, approve: approveByOne }),
      'cancelled',
    ],
    ['while it waits for a copy', 'waits-for-copy', (s) => s.regions[eu]!.gate('copy'), 'cancelled'],
    ['while the first region begins', 'stage-started', (s) => s.regions[eu]!.gate('begin'), 'undone'],
    ['while a batch is allowed', 'region-begun', (s) => s.regions[eu]!.gate('advance:1'), 'undone'],
    ['while a batch is watched', 'batch-advanced', (s) => s.regions[eu]!.gate('watch:1'), 'undone'],
    ['while it bakes', 'region-baking', (s) => bake(s), 'undone'],
    ['while it waits for a host', 'region-waiting', (s) => (s.regions[eu]!.hosts = 0), 'undone'],
  ])('%s ends it at once', async (when, event, script, outcome) => {
    const service = world.service(`abort-${when.split(' ').slice(2).join('-')}`);
    script(service);
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes(event));
    const answer = await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    expect(answer.accepted).toBe(true);
    expect(await handle.result()).toEqual({ outcome, reason: 'aborted by ada: it smells', pending: [] });
    expect(service.regions[eu]?.row?.mode ?? null).toBe(outcome === 'undone' ? 'undo' : null);
    expect(service.progress.filter(({ actor }) => actor === 'ada').map(({ event: by }) => by)).toContain('abort');
  });

  test('of what was paused is shown as the undo that it is', async () => {
    const service = world.service('abort-paused');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: 'look' }] });
    expect((await handle.query(statusQuery)).paused).toBe(true);
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    await handle.result();
    const shown = service.progress.map(({ event, state, paused }) => [event, state, paused]);
    expect(shown).toContainEqual(['pause', 'rolling', true]);
    expect(shown).toContainEqual(['undo-started', 'undoing', false]);
  });

  test('at the very moment at which regions begin ends it too', async () => {
    // Whether the news of a region's start or the abort comes first is chance: of so many, some have it either way.
    const results = Array.from({ length: 24 }, async (_, index) => {
      const service = world.service(`abort-at-start-${index}`);
      const handle = await world.deploy(service);
      await until(() => eventsOf(service).includes('stage-started'));
      await handle.signal(abortSignal, undoIt);
      return (await handle.result()).outcome;
    });
    expect(new Set(await Promise.all(results))).toEqual(new Set(['undone']));
  });

  function bake(service: ServiceWorld): void {
    service.plan = {
      ...twoStages,
      stages: [{ name: 'all', regions: [eu], batches: [{ percent: 100 }], bakeMs: 60_000 }],
    };
    service.regions[eu]!.gate('bake');
  }

  test('by a signal without any content is enough, so that Temporal alone can stop everything', async () => {
    const service = world.service('signalled');
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.signal(abortSignal);
    expect(await handle.result()).toMatchObject({ outcome: 'undone', reason: 'aborted by temporal' });
  });

  test.each([
    ['"true"', 'true', 'cancelled'],
    ['"false"', 'false', 'undone'],
    ['"yes"', 'yes', 'cancelled'],
  ])('by a signal that says hold as %s stops it, and undoes only what was not to stay', async (_, hold, outcome) => {
    const service = world.service(`signalled-${hold}`);
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => service.regions[eu]!.gate('watch:1').waiting() > 0);
    await handle.signal(abortSignal, { ...undoIt, hold: hold as never });
    expect((await handle.result()).outcome).toBe(outcome);
  });

  test('by an update that says hold in another way than yes or no is refused, and nothing stops', async () => {
    const service = world.service('odd-hold');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    const odd = handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: 'true' as never }] });
    await expect(odd).rejects.toMatchObject({ cause: { message: 'hold must be true or false' } });
    watch.open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is what a cancel in Temporal means', async () => {
    const service = world.service('cancelled');
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.cancel();
    expect(await handle.result()).toEqual({ outcome: 'undone', reason: 'cancelled in Temporal', pending: [] });
    expect(modeOf(service)).toEqual(['undo', null, null]);
  });

  test('by a cancel in Temporal changes nothing while it is undone already, and that is said', async () => {
    const service = world.service('cancelled-late');
    const undo = service.regions[eu]!.gate('undo');
    service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    await until(() => undo.waiting() > 0);
    await handle.cancel();
    await until(() => eventsOf(service).includes('cancel-ignored'));
    undo.open();
    expect(await handle.result()).toMatchObject({ outcome: 'undone', reason: 'aborted by ada: it smells' });
    const told = service.progress.find(({ event }) => event === 'cancel-ignored');
    expect(told).toMatchObject({
      actor: 'temporal',
      message:
        'cancelled in Temporal, which changes nothing: it goes forward no more already (aborted by ada: it smells)',
    });
  });

  test('by a cancel in Temporal past the point of no return changes nothing, and that is said', async () => {
    const service = world.service('cancelled-too-late');
    const finish = service.regions[eu]!.gate('finish');
    const handle = await world.deploy(service);
    await until(() => finish.waiting() > 0);
    await handle.cancel();
    await until(() => eventsOf(service).includes('cancel-ignored'));
    finish.open();
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
    expect(service.progress.find(({ event }) => event === 'cancel-ignored')?.message).toBe(
      'cancelled in Temporal, which changes nothing: it is past its point of no return; it can be rolled back',
    );
  });

  test('with hold leaves hosts where they are', async () => {
    const service = world.service('hold');
    service.regions[us]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => service.regions[us]!.gate('watch:1').waiting() > 0);
    await handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] });
    expect(await handle.result()).toEqual({ outcome: 'cancelled', reason: 'aborted by ada: it smells', pending: [] });
    expect([eu, us].map((region) => service.regions[region]?.row?.mode)).toEqual(['hold', 'hold']);
    expect(outcomesOf(service)).toMatchObject({ [eu]: 'held', [us]: 'held' });
  });

  test('made twice is answered by what goes on, and by whom', async () => {
    const service = world.service('twice');
    service.regions[eu]!.gate('watch:1');
    const undo = service.regions[eu]!.gate('undo');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('batch-advanced'));
    await handle.executeUpdate(abortUpdate, { args: [undoIt] });
    const again = await handle.executeUpdate(abortUpdate, { args: [{ by: 'mo', reason: '', hold: false }] });
    expect(again.accepted).toBe(true);
    expect(again.message).toMatch(/^twice\/1 is being undone since .*, by ada: aborted by ada: it smells$/);
    await expect(handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/when that is over, roll back or deploy$/) },
    });
    undo.open();
    expect((await handle.result()).outcome).toBe('undone');
    expect(eventsOf(service).filter((event) => event === 'abort')).toHaveLength(1);
  });
});

test('a person may end the undo of regions that do not answer', async () => {
  const service = world.service('end-undo');
  service.regions[eu]!.gate('watch:1');
  service.regions[eu]!.gate('undo');
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('batch-advanced'));
  await handle.executeUpdate(abortUpdate, { args: [undoIt] });
  const ended = await handle.executeUpdate(endUndoUpdate, { args: [{ token: 'end-undo:mo' }] });
  expect(ended).toEqual({ accepted: true, message: 'mo ended the undo: regions not undone yet owe it' });
  expect((await handle.result()).pending).toEqual([eu]);
  expect(service.obligations).toMatchObject([{ kind: 'undo', reason: 'mo ended the undo' }]);
});

test('an undo that has begun survives the Terminate of its deployment', async () => {
  const service = world.service('terminated');
  service.regions[eu]!.gate('watch:1');
  const undo = service.regions[eu]!.gate('undo');
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('batch-advanced'));
  await handle.executeUpdate(abortUpdate, { args: [undoIt] });
  await until(() => undo.waiting() > 0);
  await handle.terminate();
  undo.open();
  const child = world.env.client.workflow.getHandle('deployment:terminated:1:eu-west:undo');
  expect(await child.result()).toEqual({ outcome: 'undone', reason: null });
  expect(modeOf(service)).toEqual(['undo', null, null]);
});

test('a rollback made inside a region undoes the deployment everywhere', async () => {
  const service = world.service('local-undo');
  const watch = service.regions[us]!.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => watch.waiting() > 0);
  actLocally(service.regions[us]!, 'undo');
  watch.open();
  const result = await handle.result();
  expect(result).toEqual({ outcome: 'undone', reason: 'us-east was rolled back inside the region', pending: [] });
  expect(modeOf(service)).toEqual(['undo', 'undo', 'undo']);
});
