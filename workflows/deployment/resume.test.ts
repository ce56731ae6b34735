import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { actLocally } from '../../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import {
  abortUpdate,
  approveUpdate,
  pauseSignal,
  pauseUpdate,
  resumeSignal,
  resumeUpdate,
  statusQuery,
} from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const ada = { by: 'ada', reason: '' };
const token = (text: string) => ({ args: [{ token: text }] as [{ token: string }] });

describe('a pause', () => {
  test('lets the allowed batch finish and starts no other, until a person resumes', async () => {
    const service = world.service('paused');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    expect((await handle.executeUpdate(pauseUpdate, { args: [ada] })).accepted).toBe(true);
    expect((await handle.executeUpdate(pauseUpdate, { args: [ada] })).message).toBe('paused/1 is paused already');
    watch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    expect(service.regions[eu]?.ran).not.toContain('advance:2');
    expect((await handle.query(statusQuery)).waiting).toMatch(
      /^paused since .* by ada; goes on when someone resumes it$/,
    );
    expect(await handle.executeUpdate(resumeUpdate, token('approve:mo'))).toMatchObject({ accepted: false });
    const resumed = await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect(resumed).toEqual({ accepted: true, message: 'resumed by mo' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test.each([
    ['undoes it', 'stop', 'undo'],
    ['asks a person', 'hold', 'hold'],
  ] as const)('in which hosts fail begins no other batch, and %s', async (_what, ruling, mode) => {
    const service = world.service(`failed-while-paused-${ruling}`);
    const region = service.regions[eu]!;
    const watch = region.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    watch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    region.judgeNext = () => ruling;
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await until(() => region.row?.mode === mode);
    expect(region.row?.lastStep.id).not.toBe('advance:2');
    if (mode === 'hold') await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('is resumed by a token for that, which overturns no verdict of the judge that came since', async () => {
    const service = world.service('paused-then-held');
    service.regions[eu]!.judge = () => 'hold';
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    const ofPause = (await handle.query(statusQuery)).waits?.resume;
    expect(ofPause).toMatch(/^pause since \S+$/);
    watch.open();
    await until(async () => (await handle.query(statusQuery)).held);
    const { waits } = await handle.query(statusQuery);
    expect(waits?.resume).toMatch(/^pause since \S+; hold in eu-west since \S+$/);
    expect(await handle.executeUpdate(resumeUpdate, token(`resume:mo::::${ofPause}`))).toEqual({
      accepted: false,
      message: 'the approval token is for another wait',
    });
    expect(await handle.query(statusQuery)).toMatchObject({ held: true, paused: true });
    service.regions[eu]!.judge = () => 'advance';
    const now = await handle.executeUpdate(resumeUpdate, token(`resume:mo::::${waits?.resume}`));
    expect(now).toEqual({ accepted: true, message: 'resumed by mo' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is resumed by the very Update that was refused while there was nothing to resume', async () => {
    const service = world.service('pressed-again');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    const resume = () => handle.executeUpdate(resumeUpdate, { ...token('resume:mo'), updateId: 'one-button' });
    await expect(resume()).rejects.toMatchObject({
      cause: { type: 'refused', message: 'pressed-again/1 is neither paused nor held' },
    });
    await handle.executeUpdate(pauseUpdate, { args: [ada] });
    expect(await resume()).toEqual({ accepted: true, message: 'resumed by mo' });
    watch.open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('before a stage holds the stage back', async () => {
    const service = world.service('paused-early');
    service.plan = { ...twoStages, approve: approveByOne };
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('approval-wanted'));
    await handle.signal(pauseSignal);
    await handle.executeUpdate(approveUpdate, token('approve:mo'));
    await until(() => eventsOf(service).includes('admitted'));
    expect((await handle.query(statusQuery)).paused).toBe(true);
    expect(service.intents).toEqual([]);
    await handle.signal(resumeSignal, 'resume:mo');
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});

describe('a region that the judge holds', () => {
  async function held(name: string) {
    const service: ServiceWorld = world.service(name);
    service.regions[us]!.judge = () => 'hold';
    const other = service.regions[ap]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    return { service, handle, other };
  }

  test('waits for a person, and so does every other region; a resume lets all go on', async () => {
    const { service, handle, other } = await held('held');
    expect(service.regions[us]?.row?.mode).toBe('hold');
    const { held: isHeld, waiting } = await handle.query(statusQuery);
    expect(isHeld).toBe(true);
    expect(waiting).toMatch(/us-east: \/healthz answered 500; a person must resume or abort it$/);
    other.open();
    await until(() => eventsOf(service).includes('region-paused'));
    service.regions[us]!.judge = () => 'advance';
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('is held again by the next verdict; a token that resumed once resumes nothing more', async () => {
    const { service, handle, other } = await held('held-again');
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    await until(() => eventsOf(service).filter((event) => event === 'region-held').length === 2);
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.query(statusQuery)).held).toBe(true);
    other.open();
    await handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] });
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('is followed when somebody held it inside the region', async () => {
    const service = world.service('local-hold');
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    actLocally(service.regions[eu]!, 'hold');
    watch.open();
    await until(() => eventsOf(service).includes('region-held'));
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.regions[eu]?.row?.attempt).toEqual({ deployment: 1, local: 1 });
  });

  test('waits for a person when all its hosts are pinned', async () => {
    const service = world.service('pinned');
    service.regions[eu]!.pinned = true;
    const handle = await world.deploy(service);
    await until(() => eventsOf(service).includes('region-held'));
    service.regions[eu]!.pinned = false;
    await handle.executeUpdate(resumeUpdate, token('resume:mo'));
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});
