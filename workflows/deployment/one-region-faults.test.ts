import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { RegionWorld } from '../../test/workflow-world/region-world.ts';
import { actLocally, terminalFault } from '../../test/workflow-world/region-world.ts';
import { ap, eu, eventsOf, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const undoIt = { by: 'ada', reason: 'it smells', hold: false };

/** From now on this step ends in a fault that another attempt can't cure. */
function breaks(region: RegionWorld, step: string): void {
  const { enter } = region;
  region.enter = (id) => (id === step ? Promise.reject(terminalFault('a row is torn')) : enter(id));
}

describe('a deployment ends with an outcome and frees its service, and what one region owes is named, when there', () => {
  test('the hold can not be written', async () => {
    const service = world.service('hold-broken');
    const watch = service.regions[us]!.gate('watch:1');
    breaks(service.regions[eu]!, 'hold');
    const handle = await world.deploy(service);
    await until(() => watch.waiting() > 0);
    await handle.executeUpdate(abortUpdate, { args: [{ ...undoIt, hold: true }] });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', pending: [eu] });
    expect(service.obligations).toMatchObject([{ kind: 'hold', reason: 'holdRegion failed: a row is torn' }]);
  });

  test('the finish can not be written, which is after the point of no return', async () => {
    const service = world.service('finish-broken');
    breaks(service.regions[ap]!, 'finish');
    expect(await (await world.deploy(service)).result()).toMatchObject({ outcome: 'succeeded', pending: [ap] });
    expect(service.obligations).toMatchObject([{ kind: 'finish', reason: 'finishRegion failed: a row is torn' }]);
  });
});

test('an undo goes to a region that has begun at once, also while the central database is away', async () => {
  const service = world.service('centre-away');
  const watch = service.regions[eu]!.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => watch.waiting() > 0);
  service.intentsAway = true;
  await handle.executeUpdate(abortUpdate, { args: [undoIt] });
  await until(() => service.regions[eu]!.ran.includes('watch-undo'));
  expect(service.regions[eu]!.row?.mode).toBe('undo');
  expect(service.intents.map(({ step }) => step)).not.toContain('undo');
  service.intentsAway = false;
  expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
  expect(service.intents.at(-1)).toMatchObject({ region: eu, step: 'undo', mode: 'undo' });
});

test('an undo that meets a later deployment in its region is not shown as one', async () => {
  const service = world.service('overtaken');
  const region = service.regions[eu]!;
  const watch = region.gate('watch:1');
  const handle = await world.deploy(service);
  await until(() => watch.waiting() > 0);
  actLocally(region, 'hold');
  region.row = { ...region.row!, attempt: { ...region.row!.attempt, deployment: 2 as never } };
  await handle.executeUpdate(abortUpdate, { args: [undoIt] });
  expect(await handle.result()).toMatchObject({ outcome: 'undone', pending: [] });
  expect(eventsOf(service)).toContain('region-not-undone');
  expect(eventsOf(service)).not.toContain('region-undone');
  const shown = service.progress.findLast(({ event }) => event === 'region-not-undone');
  expect(shown?.regions).toMatchObject([
    { region: eu, state: 'skipped', reason: 'not undone: the region is at a later deployment' },
  ]);
});
