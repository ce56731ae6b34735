import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld } from '../../test/workflow-world/environment.ts';
import { ap, eu, us } from '../../test/workflow-world/service-world.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const of = (...hosts: string[]) => ({ count: hosts.length, hosts });

test('promise 13: "succeeded" lists by name who was absent, pinned, in maintenance, failed or lost', async () => {
  const service = world.service('missing');
  service.regions[eu]!.missing = { absent: ['gone'], failed: ['bad'], lost: ['silent'] };
  service.regions[us]!.missing = { pinned: ['kept'], maintenance: ['out'] };
  const { reason } = await (await world.deploy(service)).result();
  expect(reason).toBe(
    'missing@1 is live in 3 of 3 regions; without 1 host absent (gone), 1 host pinned (kept), 1 host in maintenance (out), 1 host failed (bad), 1 host lost (silent)',
  );
  const ended = Object.fromEntries(service.finished[0]!.regions.map(({ region, missing }) => [region, missing]));
  expect(ended).toEqual({
    [eu]: { absent: of('gone'), failed: of('bad'), lost: of('silent') },
    [us]: { pinned: of('kept'), maintenance: of('out') },
    [ap]: undefined,
  });
});

test('promise 13: a host that was pinned after its batch began is listed by name too', async () => {
  const service = world.service('pinned-late');
  const region = service.regions[eu]!;
  region.judge = (batch) => {
    if (batch === 2) region.missing = { pinned: ['kept'] };
    return 'advance';
  };
  const { reason } = await (await world.deploy(service)).result();
  expect(reason).toBe('pinned-late@1 is live in 3 of 3 regions; without 1 host pinned (kept)');
});

test('of many missing hosts the first are named and all are counted, and each change tells only of its own region', async () => {
  const service = world.service('many-missing');
  service.regions[eu]!.missing = { absent: Array.from({ length: 5_000 }, (_, index) => `host-${index}`) };
  const { reason } = await (await world.deploy(service)).result();
  expect(reason).toMatch(/; without 5,000 hosts absent \(host-0, host-1, host-2, host-3, host-4 and 4,995 more\)$/);
  const missing = service.finished[0]!.regions.find(({ region }) => region === eu)?.missing;
  expect(missing?.absent?.count).toBe(5_000);
  expect(missing?.absent?.hosts).toHaveLength(10);
  const advances = service.progress.filter(({ event }) => event === 'batch-advanced');
  expect(advances.map(({ regions }) => regions.length)).toEqual(advances.map(() => 1));
});
