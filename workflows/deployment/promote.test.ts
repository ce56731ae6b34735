import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eu, eventsOf, twoStages, type ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { promoteUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const promoteBy = (token: string) => ({
  args: [{ token, reason: 'INC-7' }] as [{ token: string; reason: string }],
});
const promote = promoteBy('promote:mo::canary');
const bakeMs = 30 * 60_000;

/** The canary bakes for half an hour, until the gate opens. */
function baking(name: string, more: Partial<ServiceWorld['plan']['stages'][number]> = {}): ServiceWorld {
  const service = world.service(name);
  const [canary, rest] = twoStages.stages;
  service.plan = { ...twoStages, stages: [{ ...canary!, bakeMs, ...more }, rest!] };
  service.regions[eu]!.gate('bake');
  return service;
}

const untilBaking = (service: ServiceWorld) => until(() => eventsOf(service).includes('region-baking'));

describe('promote', () => {
  test('ends a bake early: one last look at the hosts decides, and the next stage begins', async () => {
    const service = baking('promoted');
    const handle = await world.deploy(service);
    await untilBaking(service);
    expect((await handle.query(statusQuery)).waiting).toMatch(/^watches stage canary until /);
    const answer = await handle.executeUpdate(promoteUpdate, promote);
    expect(answer).toEqual({
      accepted: true,
      message: 'promoted by mo: INC-7; the bake of stage canary ends once its hosts are found well',
    });
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(service.regions[eu]!.ran.filter((id) => id === 'bake' || id === 'last look')).toEqual(['bake', 'last look']);
    expect(service.progress).toContainEqual(expect.objectContaining({ actor: 'mo', event: 'promote' }));
  });

  test('takes a token for the stage that bakes, and one for another ends no bake', async () => {
    const service = baking('other-stage');
    const handle = await world.deploy(service);
    await untilBaking(service);
    for (const token of ['promote:mo', 'promote:mo::world'])
      expect(await handle.executeUpdate(promoteUpdate, promoteBy(token))).toEqual({
        accepted: false,
        message: 'the approval token is for another stage',
      });
    expect(eventsOf(service)).not.toContain('promote');
    expect((await handle.executeUpdate(promoteUpdate, promote)).accepted).toBe(true);
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('brings no host past its health: what is found unwell is undone', async () => {
    const service = baking('unwell');
    service.regions[eu]!.judge = (batch) => (batch === 0 ? 'stop' : 'advance');
    const handle = await world.deploy(service);
    await untilBaking(service);
    await handle.executeUpdate(promoteUpdate, promote);
    expect((await handle.result()).outcome).toBe('undone');
  });

  test('leaves no metrics out, and is refused where nothing bakes', async () => {
    const every = { min: null, forMs: 60_000, everyMs: 15_000, samples: 3 };
    const metrics = [{ name: 'errors', promql: 'error_rate', max: 0.01, ...every }];
    const service = baking('measured', { metrics });
    const watch = service.regions[eu]!.gate('watch:1');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    const refused = (message: string) => ({ cause: { message: expect.stringContaining(message) } });
    await expect(handle.executeUpdate(promoteUpdate, promote)).rejects.toMatchObject(refused('no stage of'));
    watch.open();
    await untilBaking(service);
    await expect(handle.executeUpdate(promoteUpdate, promote)).rejects.toMatchObject(refused('held to metrics'));
    service.regions[eu]!.gate('bake').open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});
