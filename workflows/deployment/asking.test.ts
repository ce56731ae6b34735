import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import { eu, eventsOf, twoStages } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, resumeUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const undoIt = { by: 'ada', reason: 'it smells', hold: false };

/** Its canary failed, and its spec leaves it to a person what happens now. */
async function failedByHand(name: string) {
  const service = world.service(name);
  service.plan = { ...twoStages, rollback: { automatic: false, lockAfter: true } };
  service.regions[eu]!.judge = () => 'stop';
  const hold = service.regions[eu]!.gate('hold');
  const handle = await world.deploy(service);
  await until(() => hold.waiting() > 0);
  return { service, handle, hold };
}

describe('a failed deployment that waits for a person', () => {
  test('is undone as soon as they abort, also while a region has yet to be held', async () => {
    const { service, handle, hold } = await failedByHand('ask-dark');
    await until(() => eventsOf(service).includes('decision-wanted'));
    expect((await handle.executeUpdate(abortUpdate, { args: [undoIt] })).accepted).toBe(true);
    await until(() => service.regions[eu]!.ran.includes('undo'));
    expect(hold.waiting()).toBe(1);
    expect(await handle.result()).toEqual({
      outcome: 'undone',
      reason: 'aborted by ada: it smells; it had failed: eu-west: /healthz answered 500',
      pending: [],
    });
    hold.open();
    expect(service.obligations).toEqual([]);
  });

  test('hears a cancel in Temporal too', async () => {
    const { handle, hold } = await failedByHand('ask-cancel');
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      outcome: 'undone',
      reason: expect.stringMatching(/^cancelled in Temporal; it had failed: /),
    });
    hold.open();
  });

  test('is not offered a resume, and refuses one with the truth', async () => {
    const { handle, hold } = await failedByHand('ask-resume');
    hold.open();
    expect((await handle.query(statusQuery)).waiting).toMatch(/; a person must abort it: to undo it, or with hold /);
    const why = /^ask-resume\/1 has failed since .* and can't go on: .*; abort it to undo it, or/;
    await expect(handle.executeUpdate(resumeUpdate, { args: [{ token: 'resume:mo' }] })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(why) },
    });
    await handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', pending: [] });
  });
});
