import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { until } from '../../test/workflow-world/environment.ts';
import { createServerWorld } from '../../test/workflow-world/server-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, approveByOne, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { deploymentNumber } from '../../domain/names.ts';
import { pauseUpdate, resumeUpdate, statusQuery } from '../messages/deployment.ts';
import { regionRolloutWorkflowId } from '../messages/region.ts';

// Temporal's own server: the one that skips time lost an activity that was asked for as a signal came, on a starved machine.
let world: WorkflowWorld;
beforeAll(async () => {
  world = await createServerWorld();
});
afterAll(() => world.close());

const [canary, rest] = twoStages.stages;

/** eu-west is ready, and what it says next is the test's; the others wait in their first batch. */
async function withCanaryReady(name: string, over: Partial<ServiceWorld> = {}) {
  const service = Object.assign(world.service(name), { plan: twoStages, ...over });
  const [ready, later] = [service.regions[eu]!, service.regions[us]!];
  const inView = ready.gate('in view');
  const inBatch = later.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => inView.waiting() > 0 && inBatch.waiting() > 0);
  return { service, ready, inView, inBatch, handle };
}

describe('a region that is ready', () => {
  test('stops the deployment when it turns bad while others get the release, and all go back', async () => {
    const { service, ready, inView, handle } = await withCanaryReady('ready-bad');
    ready.judge = () => 'stop';
    inView.open();
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'undone', reason: 'eu-west: /healthz answered 500', pending: [] });
    expect([eu, us, ap].map((region) => service.regions[region]!.row?.mode)).toEqual(['undo', 'undo', 'undo']);
    expect(eventsOf(service)).toContain('region-stopped');
  });

  test('stops it also while people are asked about the next stage', async () => {
    const plan = { ...twoStages, stages: [canary!, { ...rest!, approve: approveByOne! }] };
    const service = Object.assign(world.service('ready-asked'), { plan });
    const ready = service.regions[eu]!;
    const inView = ready.gate('in view');
    const handle = await world.deploy(service);
    await until(() => inView.waiting() > 0 && eventsOf(service).includes('stage-approval-wanted'));
    ready.judge = () => 'stop';
    inView.open();
    expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
    expect(service.regions[us]!.row).toBeNull();
  });

  test('holds all others when nobody can tell whether the release is bad, until a person resumes', async () => {
    const { service, ready, inView, inBatch, handle } = await withCanaryReady('ready-held');
    ready.judge = (batch) => (batch === 0 ? 'hold' : 'advance');
    inView.open();
    await until(() => eventsOf(service).includes('region-held'));
    const { waiting } = await handle.query(statusQuery);
    expect(waiting).toMatch(/^held since .+: eu-west: .healthz answered 500; a person must resume or abort it$/);
    inBatch.open();
    await until(() => eventsOf(service).includes('region-paused'));
    ready.judge = () => 'advance';
    await handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('that does not answer any more says so, and nobody waits for it; its finish is owed', async () => {
    const plan = { ...twoStages, undoDeadlineMs: 3_000 };
    const { service, ready, inBatch, handle } = await withCanaryReady('ready-dark', { plan });
    ready.away = true;
    ready.gate('in view').open();
    await until(() => eventsOf(service).includes('region-unreachable'));
    inBatch.open();
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [eu] });
    const told = service.progress.find(({ event }) => event === 'region-unreachable');
    expect(told?.message).toMatch(/^eu-west does not answer: .+; it was ready before, and nobody waits for it$/);
    expect(told?.regions.find(({ region }) => region === eu)).toMatchObject({ state: 'done' });
  });

  test('is watched to the end and no longer: no rollout of a region is terminated or cancelled', async () => {
    const { inBatch, handle, service } = await withCanaryReady('ready-ends');
    inBatch.open();
    expect((await handle.result()).outcome).toBe('succeeded');
    for (const region of [eu, us, ap]) {
      const id = regionRolloutWorkflowId(service.service, deploymentNumber(1), region);
      expect((await world.env.client.workflow.getHandle(id).describe()).status.name).toBe('COMPLETED');
    }
    expect(eventsOf(service).filter((event) => event === 'region-ready')).toHaveLength(3);
  });

  test('whose rollout somebody cancels in Temporal is watched by nobody: the deployment stops, and all go back', async () => {
    const { service, handle } = await withCanaryReady('ready-cancelled');
    const id = regionRolloutWorkflowId(service.service, deploymentNumber(1), eu);
    await world.env.client.workflow.getHandle(id).cancel();
    const reason = `${id} was cancelled in Temporal`;
    expect(await handle.result()).toMatchObject({ outcome: 'undone', reason, pending: [] });
    expect(service.regions[eu]!.row?.mode).toBe('undo');
  });

  test('is held to the end, also when nobody watches it any more: the resume is written before it is left', async () => {
    const { service, ready, inView, inBatch, handle } = await withCanaryReady('ready-held-late');
    const holding = ready.gate('hold');
    ready.judge = (batch) => (batch === 0 ? 'hold' : 'advance');
    inView.open();
    await until(() => holding.waiting() > 0);
    // The deployment doesn't know of it yet, and goes on to its end.
    inBatch.open();
    await until(() => eventsOf(service).filter((event) => event === 'region-ready').length === 3);
    const id = regionRolloutWorkflowId(service.service, deploymentNumber(1), eu);
    await until(async () =>
      /endWatch/.test(JSON.stringify(await world.env.client.workflow.getHandle(id).fetchHistory())),
    );
    holding.open();
    await until(() => eventsOf(service).includes('region-held'));
    expect(service.finished).toEqual([]);
    await handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] });
    expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [] });
    expect(ready.ran.filter((id) => id === 'resume' || id === 'finish')).toEqual(['resume', 'finish']);
  });

  test('is watched in a pause as well', async () => {
    const { ready, inView, handle } = await withCanaryReady('ready-paused');
    await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: 'lunch' }] });
    ready.judge = () => 'stop';
    inView.open();
    expect((await handle.result()).outcome).toBe('undone');
  });
});
