import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Freeze, FreezePolicy } from '../../domain/fleet/freeze.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, statusQuery } from '../messages/deployment.ts';
import { fleetStart, fleetWorkflowId, lookSignal } from '../messages/fleet.ts';
import type { fleet } from './fleet.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

/** Nothing is left of the test before. */
beforeEach(async () => {
  const { fleet } = world;
  Object.assign(fleet, { caps: { overall: null, perRegion: null }, freezes: [] });
  for (const known of [fleet.slots, fleet.passes, fleet.lastServed]) known.clear();
  fleet.freed.length = 0;
  await closeFleet();
});

const closeFleet = () =>
  world.env.client.workflow
    .getHandle(fleetWorkflowId)
    .terminate('by mistake')
    .catch(() => undefined);
const look = () => world.env.client.workflow.getHandle(fleetWorkflowId).signal(lookSignal);
const asking = { asksFleet: true };
const deploy = (service: ServiceWorld, over = {}) => world.deploy(service, { ...asking, ...over });
const heard = (service: ServiceWorld, event: string) => until(() => eventsOf(service).includes(event));
const inMs = async (ms: number) => new Date((await world.env.currentTimeMs()) + ms).toISOString();
const minute = 60_000;

async function freeze(policy: FreezePolicy, over: Partial<Freeze> & { beginsMs?: number; endsMs?: number } = {}) {
  const { beginsMs = -minute, endsMs, ...rest } = over;
  const when = {
    every: 'once',
    from: await inMs(beginsMs),
    until: endsMs === undefined ? null : await inMs(endsMs),
  } as const;
  const scope = { services: [], regions: [] };
  const frozen = { freeze: 7, kind: 'freeze', owner: 'mo', reason: 'holidays', policy, scope, when, ...rest } as const;
  world.fleet.freezes.push(frozen);
  return frozen;
}

async function heldIn(name: string, step: string, more: Partial<ServiceWorld['plan']> = {}) {
  const service = world.service(name);
  service.plan = { ...twoStages, ...more };
  const gate = service.regions[eu]!.gate(step);
  const handle = await deploy(service);
  await until(() => gate.waiting() > 0);
  return { service, gate, handle };
}

const waitOf = async (handle: Awaited<ReturnType<typeof deploy>>) => (await handle.query(statusQuery)).waiting;

describe('caps', () => {
  test('where nothing keeps it, a deployment goes on, and nobody reads of the fleet', async () => {
    await world.openFleet();
    const service = world.service('free');
    expect((await (await deploy(service)).result()).outcome).toBe('succeeded');
    expect(eventsOf(service).filter((event) => /slot|fleet|froz/.test(event))).toEqual([]);
    expect(world.fleet.slots.get('free/1')).toMatchObject({ isGranted: true, regions: [eu, us, ap] });
  });

  test('who comes later waits with its place and its reason, and begins when one ends', async () => {
    world.fleet.caps = { overall: null, perRegion: 1 };
    await world.openFleet();
    const first = await heldIn('first', 'watch:1');
    const [second, third] = [world.service('second'), world.service('third')];
    const handle = await deploy(second);
    await heard(second, 'slot-awaited');
    const last = await deploy(third);
    await heard(third, 'slot-awaited');
    expect(await waitOf(handle)).toMatch(
      /^waits for others to end, place 1 of \d: eu-west takes 1 deployment at once$/,
    );
    expect(await waitOf(last)).toMatch(/place 2 of 2: eu-west takes 1 deployment at once$/);
    expect(second.intents).toEqual([]);
    first.gate.open();
    expect((await handle.result()).outcome).toBe('succeeded');
    expect((await last.result()).outcome).toBe('succeeded');
    expect(eventsOf(second).indexOf('slot-granted')).toBeLessThan(eventsOf(second).indexOf('stage-started'));
  });

  test('a pass and a rollback wait for nobody', async () => {
    world.fleet.caps = { overall: 1, perRegion: null };
    await world.openFleet();
    const { gate, handle } = await heldIn('busy', 'watch:1');
    world.fleet.passes.add('hot/1');
    expect((await (await deploy(world.service('hot'))).result()).outcome).toBe('succeeded');
    const back = world.service('back');
    expect((await (await deploy(back, { kind: 'rollback', build: null })).result()).outcome).toBe('succeeded');
    expect(world.fleet.slots.has('back/1')).toBe(false);
    gate.open();
    await handle.result();
  });

  test('the slot of one that somebody terminated is free again', async () => {
    world.fleet.caps = { overall: 1, perRegion: null };
    await world.openFleet();
    const { handle } = await heldIn('gone', 'watch:1');
    const second = world.service('after-gone');
    const next = await deploy(second);
    await heard(second, 'slot-awaited');
    await handle.terminate('by mistake');
    expect((await next.result()).outcome).toBe('succeeded');
    expect(world.fleet.freed).toEqual(['gone/1: its workflow is closed']);
  });
});

describe('a fleet that is not there', () => {
  test('is asked until it is, and the deployment says what it waits for', async () => {
    const service = world.service('early');
    const handle = await deploy(service);
    await until(async () => (await waitOf(handle))?.includes('for the fleet to say that it may begin') === true);
    await world.openFleet();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('that was terminated knows from Postgres who holds a slot and who waits', async () => {
    world.fleet.caps = { overall: 1, perRegion: null };
    await world.openFleet();
    const first = await heldIn('holds', 'watch:1');
    const second = world.service('waits');
    const handle = await deploy(second);
    await heard(second, 'slot-awaited');
    await closeFleet();
    await world.openFleet();
    first.gate.open();
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(second)).toContain('slot-granted');
  });

  test.each([
    ['turns', { maxTurns: 1 }],
    ['events', { maxTurns: 1_000, maxEvents: 1 }],
  ] as const)(
    'continues as new after so many %s, with those it has not answered, and what it has told',
    async (of, most) => {
      world.fleet.caps = { overall: 1, perRegion: null };
      const start = { ...fleetStart(), args: [{ carried: null, ...most }] as ReturnType<typeof fleetStart>['args'] };
      const { firstExecutionRunId } = await world.env.client.workflow.start<typeof fleet>('fleet', start);
      const first = await heldIn(`continued-${of}`, 'watch:1');
      const second = world.service(`continued-after-${of}`);
      const handle = await deploy(second);
      await heard(second, 'slot-awaited');
      const { runId } = await world.env.client.workflow.getHandle(fleetWorkflowId).describe();
      expect(runId).not.toBe(firstExecutionRunId);
      first.gate.open();
      expect((await handle.result()).outcome).toBe('succeeded');
      expect(eventsOf(second).filter((event) => event === 'slot-granted')).toHaveLength(1);
    },
  );
});

describe('a freeze', () => {
  test('with policy finish, what has begun goes on to its end', async () => {
    await world.openFleet();
    const { service, gate, handle } = await heldIn('finishes', 'watch:1');
    await freeze('finish');
    await look();
    gate.open();
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).not.toContain('frozen');
  });

  test('with policy undo, what has begun is undone, in the name of who set it', async () => {
    await world.openFleet();
    const { service, handle } = await heldIn('undone', 'watch:1');
    await freeze('undo');
    await look();
    const result = await handle.result();
    expect(result).toMatchObject({
      outcome: 'undone',
      reason: expect.stringMatching(/^frozen since .* by mo: "holidays"$/),
    });
    expect(service.regions[eu]!.row?.mode).toBe('undo');
    expect(service.progress.find(({ event }) => event === 'abort')?.actor).toBe('mo');
  });

  test.each<[string, Partial<ServiceWorld['plan']>]>([
    ['of a spec that undoes nothing by itself', { rollback: { automatic: false, lockAfter: true } }],
    ['of a release that the one before cannot follow', { compatibleWith: 'none' }],
  ])('with policy undo, what has begun %s stays where it is, and a person is asked', async (what, more) => {
    await world.openFleet();
    const { service, handle } = await heldIn(what.replaceAll(' ', '-'), 'watch:1', more);
    await freeze('undo');
    await look();
    await heard(service, 'decision-wanted');
    await until(() => service.regions[eu]?.row?.mode === 'hold');
    await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: 'over', hold: false }] });
    expect(await handle.result()).toMatchObject({
      outcome: 'undone',
      reason: expect.stringMatching(/^aborted by ada: over; it had failed: frozen since .* by mo: "holidays"/),
    });
  });

  test('of other regions changes nothing', async () => {
    await freeze('undo', { scope: { services: [], regions: ['mars' as never] } });
    await world.openFleet();
    expect((await (await deploy(world.service('elsewhere'))).result()).outcome).toBe('succeeded');
  });
});

describe('a stopped line', () => {
  test('starts no batch more until somebody starts it: the one that was allowed ends', async () => {
    await world.openFleet();
    const { service, gate, handle } = await heldIn('stopped', 'watch:1');
    await freeze('hold', { kind: 'stop-the-line', reason: 'INC-7' });
    await look();
    await heard(service, 'frozen');
    gate.open();
    await heard(service, 'region-paused');
    expect(service.regions[eu]!.ran).not.toContain('advance:2');
    expect(await waitOf(handle)).toMatch(
      /^the line is stopped, since .* by mo: "INC-7"; goes on when someone starts the line$/,
    );
    world.fleet.freezes = [];
    await look();
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).toContain('unfrozen');
  });

  test('goes on also when the fleet was terminated meanwhile, and nobody told the new one', async () => {
    await world.openFleet();
    const { service, gate, handle } = await heldIn('stopped-twice', 'watch:1');
    await freeze('hold', { kind: 'stop-the-line' });
    await look();
    await heard(service, 'frozen');
    gate.open();
    await closeFleet();
    world.fleet.freezes = [];
    await world.openFleet();
    expect((await handle.result()).outcome).toBe('succeeded');
  });
});
