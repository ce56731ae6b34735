import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createDeploymentRecordActivities } from '../../../activities/deployment-record/activities.ts';
import { createFleetActivities } from '../../../activities/fleet/activities.ts';
import type { FleetActivities, SlotAsk } from '../../../activities/fleet/contract.ts';
import type { FleetCaps } from '../../../domain/fleet/rule-fleet.ts';
import { deploymentNumber, regionName, serviceName } from '../../../domain/names.ts';
import { addService, createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import { until } from '../../../test/workflow-world/environment.ts';
import { zoneRules } from '../../calendar/zone-rules.ts';
import { readAuditChain } from './audit-log.ts';
import { createDeploymentRecords } from './deployment-records.ts';
import { Deployment, FleetSlot } from './entities.ts';
import { createFleetRecords } from './fleet-records.ts';
import { createFreezeBook } from './freeze-book.ts';
import { createLaneRecords } from './lane-records.ts';
import { createRegionRecords } from './region-records.ts';

let central: CentralTestDatabase;
beforeEach(async () => {
  central = await createCentralDatabase();
  for (const name of ['cart', 'mail']) await addService(central.database, name);
});
afterEach(() => central.close());

const region = regionName('eu-west');
const ask = (service: string, over: Partial<SlotAsk> = {}): SlotAsk => ({
  service: serviceName(service),
  deployment: deploymentNumber(1),
  regions: [region],
  requestId: `run-of-${service}`,
  ...over,
});
const open = (service: string) => createLaneRecords(central.database).open(mergeRequest('m1', service));
const gone = new Set<string>();

function fleetOf(caps: Partial<FleetCaps> = {}, now = Date.now): FleetActivities {
  return createFleetActivities({
    records: createFleetRecords(central.database),
    workflows: {
      find: async ({ service }) =>
        gone.has(service) ? { state: 'absent', runId: null } : { state: 'running', runId: 'run' },
    },
    caps: { overall: null, perRegion: null, ...caps },
    rules: zoneRules,
    now,
  });
}

const asked = (fleet: FleetActivities, asks: readonly SlotAsk[], looksAfterHolders = false) =>
  fleet.takeFleetTurn({ asks, looksAfterHolders });
const said = ({ answers }: Awaited<ReturnType<typeof asked>>) =>
  answers.map(({ service, isGranted, wait, freezes }) =>
    isGranted ? `${service} goes` : `${service} ${wait === null ? `frozen by ${freezes[0]?.freeze}` : wait.position}`,
  );
const audited = async () => {
  const records = [];
  for await (const record of readAuditChain(central.database)) records.push(record);
  return records;
};
const end = (service: string) =>
  createDeploymentRecordActivities({
    deployments: createDeploymentRecords(central.database),
    regions: createRegionRecords(central.database),
  }).finishDeployment({
    ...ask(service),
    sequence: 9,
    outcome: 'failed',
    reason: 'bad',
    regions: [],
    pending: [],
    lock: null,
  });

/** Somebody in this database waits for a lock. */
const isAnyBlocked = async (): Promise<boolean> => {
  const rows = await central.database.em
    .fork()
    .execute<{ pid: number }[]>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
  return rows.length > 0;
};

describe('slots', () => {
  test('are kept: who holds one keeps it, whoever asks later and however often', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const fleet = fleetOf({ overall: 1 });
    expect(said(await asked(fleet, [ask('checkout')]))).toEqual(['checkout goes']);
    expect(said(await asked(fleet, [ask('cart'), ask('checkout')]))).toEqual(['checkout goes', 'cart 1']);
    // Another fleet, after the first was terminated, knows the same without being asked.
    expect(said(await asked(fleetOf({ overall: 1 }), []))).toEqual(['checkout goes', 'cart 1']);
  });

  test('many fleets at once give no more than there are', async () => {
    const services = ['checkout', 'cart', 'mail'];
    await Promise.all(services.map(open));
    await Promise.all(services.map((service) => asked(fleetOf({ perRegion: 1 }), [ask(service)])));
    const turn = await asked(fleetOf({ perRegion: 1 }), []);
    expect(turn.answers.filter(({ isGranted }) => isGranted)).toHaveLength(1);
    expect(turn.answers.flatMap(({ wait }) => wait?.position ?? [])).toEqual([1, 2]);
  });

  test('are free in the moment in which a deployment has ended, whoever ends it', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const fleet = fleetOf({ overall: 1 });
    await asked(fleet, [ask('checkout'), ask('cart')]);
    await end('checkout');
    expect(said(await asked(fleet, []))).toEqual(['cart goes']);
  });

  test('of one whose workflow is gone are free when it is looked after, which is on record', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const fleet = fleetOf({ overall: 1 });
    await asked(fleet, [ask('checkout'), ask('cart')]);
    gone.add('checkout');
    expect(said(await asked(fleet, [], true))).toEqual(['cart goes']);
    gone.clear();
    const freed = (await audited()).filter(({ verb }) => verb === 'slot-freed');
    expect(freed).toMatchObject([{ object: 'checkout/1', detail: { reason: 'its workflow is absent' } }]);
    // It was there after all, asked again, and goes once more.
    await end('cart');
    expect(said(await asked(fleet, [ask('checkout', { requestId: 'again' })]))).toEqual(['checkout goes']);
    gone.add('checkout');
    await asked(fleet, [], true);
    gone.clear();
    expect((await audited()).filter(({ verb }) => verb === 'slot-freed')).toHaveLength(2);
  });

  test('one that was given back is for the next, and asked for anew; a late word of that takes nothing', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const fleet = fleetOf({ overall: 1 });
    await asked(fleet, [ask('checkout', { requestId: 'one' }), ask('cart')]);
    const back = ask('checkout', { requestId: 'one', givesBack: true });
    expect(said(await asked(fleet, [back]))).toEqual(['cart goes']);
    const again = ask('checkout', { requestId: 'two' });
    expect(said(await asked(fleet, [again]))).toEqual(['cart goes', 'checkout 1']);
    await end('cart');
    expect(said(await asked(fleet, []))).toEqual(['checkout goes']);
    expect(said(await asked(fleet, [back]))).toEqual(['checkout goes']);
  });

  test('nobody has one that is not recorded, or has ended', async () => {
    await open('checkout');
    await end('checkout');
    expect(said(await asked(fleetOf(), [ask('checkout'), ask('cart', { deployment: deploymentNumber(9) })]))).toEqual(
      [],
    );
  });

  test('one that ends while it asks leaves no row behind', async () => {
    await open('checkout');
    const { em } = central.database;
    const key = { service: serviceName('checkout'), number: deploymentNumber(1) };
    const ending = em.fork();
    await ending.begin();
    await ending.nativeUpdate(Deployment, key, { outcome: 'failed' });
    let isOver = false;
    const turn = asked(fleetOf(), [ask('checkout')]).finally(() => (isOver = true));
    await until(async () => isOver || (await isAnyBlocked()));
    await ending.commit();
    expect(said(await turn)).toEqual([]);
    expect(await em.fork().count(FleetSlot, {})).toBe(0);
  });

  test('one whose deployment has ended is not shown', async () => {
    await open('checkout');
    await asked(fleetOf(), [ask('checkout')]);
    const { em } = central.database;
    await em.fork().nativeUpdate(Deployment, { service: serviceName('checkout') }, { outcome: 'failed' });
    expect(await createFreezeBook(central.database).readFleet(new Date())).toMatchObject({ running: [], waiting: [] });
  });

  test.each([
    ['rolling', 'rollout', true],
    ['baking', 'roll-forward', true],
    ['verifying', 'rollout', true],
    ['approving', 'rollout', false],
    ['undoing', 'rollout', false],
    ['rolling', 'rollback', false],
  ] as const)('one that is %s (%s) and never asked is named: %s', async (state, kind, isNamed) => {
    await Promise.all(['checkout', 'cart'].map(open));
    await asked(fleetOf(), [ask('cart')]);
    const { em } = central.database;
    const startedAt = new Date('2026-01-02T00:00:00.000Z');
    const regions = [{ region: 'eu-west' }] as never;
    await em.fork().nativeUpdate(Deployment, {}, { state, kind, startedAt, regions });
    const { unasked } = await createFreezeBook(central.database).readFleet(new Date());
    const named = {
      deployment: 'checkout/1',
      service: 'checkout',
      number: 1,
      regions: ['eu-west'],
      startedAt: startedAt.toISOString(),
    };
    expect(unasked).toEqual(isNamed ? [named] : []);
    await em.fork().nativeUpdate(Deployment, {}, { outcome: 'succeeded' });
    expect(await createFreezeBook(central.database).readFleet(new Date())).toMatchObject({ unasked: [] });
  });

  test('services take turns', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const fleet = fleetOf({ overall: 1 });
    await asked(fleet, [ask('checkout'), ask('cart')]);
    await createLaneRecords(central.database).open(mergeRequest('m2', 'checkout'));
    await end('checkout');
    await asked(fleet, []); // cart has it now
    await open('mail');
    const second = ask('checkout', { deployment: deploymentNumber(2) });
    expect(said(await asked(fleet, [second]))).toEqual(['cart goes', 'checkout 1']);
    expect(said(await asked(fleet, [ask('mail')]))).toEqual(['cart goes', 'mail 1', 'checkout 2']);
  });
});

describe('freezes', () => {
  const frozen = (key: string, over = {}) => ({
    kind: 'freeze' as const,
    owner: 'mo',
    reason: 'holidays',
    policy: 'hold' as const,
    scope: { services: [], regions: [] },
    when: { every: 'once' as const, from: '2026-01-01T00:00:00.000Z', until: null },
    key,
    ...over,
  });
  const book = () => createFreezeBook(central.database);
  const now = new Date('2026-11-24T12:00:00.000Z');

  test('keep a deployment by their row, and let it go when that is ended', async () => {
    await open('checkout');
    const { freeze } = await book().add(frozen('k1'), now);
    const fleet = fleetOf();
    expect(said(await asked(fleet, [ask('checkout')]))).toEqual([`checkout frozen by ${freeze}`]);
    expect(await book().readFleet(now)).toMatchObject({
      freezes: [{ freeze, inEffect: { until: null } }],
      waiting: [{ deployment: 'checkout/1', waiting: expect.stringMatching(/^frozen since .* by mo: "holidays"$/) }],
    });
    await book().end(freeze, { by: 'ada', reason: 'over', key: 'k2' }, now);
    expect(said(await asked(fleet, []))).toEqual(['checkout goes']);
    expect((await audited()).map(({ verb, actor }) => `${verb} ${actor}`)).toEqual(
      expect.arrayContaining(['freeze-added mo', 'freeze-ended ada']),
    );
  });

  test('are added once by one request, and the line is stopped once', async () => {
    const [one, again] = await Promise.all([book().add(frozen('k1'), now), book().add(frozen('k1'), now)]);
    expect(again.freeze).toBe(one.freeze);
    const stop = (key: string, owner: string) => book().add(frozen(key, { kind: 'stop-the-line', owner }), now);
    const stops = await Promise.all([stop('s1', 'ada'), stop('s2', 'lin')]);
    expect(new Set(stops.map(({ freeze, owner }) => `${freeze} ${owner}`)).size).toBe(1);
    expect((await audited()).filter(({ verb }) => verb === 'line-stopped')).toHaveLength(1);
  });

  test('tell when they begin and end, by the calendar of their time zone', async () => {
    await open('checkout');
    const when = { every: 'week', timeZone: 'Europe/Berlin', days: ['tue'], from: '12:00', to: '14:00' } as const;
    await book().add(frozen('k1', { when }), now);
    // A Tuesday, 13:00 in Berlin.
    const during = fleetOf({}, () => now.getTime());
    const turn = await asked(during, [ask('checkout')]);
    expect(turn.answers[0]?.freezes).toMatchObject([
      { since: '2026-11-24T11:00:00.000Z', until: '2026-11-24T13:00:00.000Z' },
    ]);
    expect(turn.nextChangeAt).toBe('2026-11-24T13:00:00.000Z');
    const after = await asked(
      fleetOf({}, () => Date.parse('2026-11-24T13:00:00.000Z')),
      [],
    );
    expect(said(after)).toEqual(['checkout goes']);
    expect(after.nextChangeAt).toBe('2026-12-01T11:00:00.000Z');
  });

  test('are passed for a reason that stays on record, once', async () => {
    await open('checkout');
    const { freeze } = await book().add(frozen('k1'), now);
    const fleet = fleetOf();
    await asked(fleet, [ask('checkout')]);
    const [kept] = (await book().readFleet(now)).waiting;
    expect(kept).not.toHaveProperty('hasPass');
    const pass = () =>
      book().pass(serviceName('checkout'), deploymentNumber(1), { by: 'lin', reason: 'INC-7', key: 'k' });
    expect(await pass()).toEqual({ outcome: 'passes', by: 'lin', reason: 'INC-7' });
    expect(await pass()).toEqual({ outcome: 'passes', by: 'lin', reason: 'INC-7' });
    expect(said(await asked(fleet, []))).toEqual(['checkout goes']);
    await asked(fleet, []);
    expect(await book().readFleet(now)).toMatchObject({ running: [{ deployment: 'checkout/1', hasPass: true }] });
    const passed = (await audited()).filter(({ verb }) => /pass/.test(verb));
    expect(passed).toMatchObject([
      { verb: 'pass-given', actor: 'lin', object: 'checkout/1', detail: { reason: 'INC-7' } },
      { verb: 'freeze-passed', actor: 'lin', detail: { reason: 'INC-7', freeze: { number: freeze, owner: 'mo' } } },
    ]);
  });

  test('one that the calendar can not compute holds, says so, can be ended, and lets a pass through', async () => {
    await Promise.all(['checkout', 'cart'].map(open));
    const when = { every: 'week', timeZone: 'IST', days: ['tue'], from: '12:00', to: '14:00' } as const;
    const { freeze } = await book().add(frozen('k1', { when }), now);
    await book().pass(serviceName('checkout'), deploymentNumber(1), { by: 'lin', reason: 'INC-7', key: 'k' });
    const turn = await asked(fleetOf(), [ask('checkout'), ask('cart')]);
    expect(said(turn)).toEqual(['checkout goes', `cart frozen by ${freeze}`]);
    const why = expect.stringMatching(/^counts as in effect until freeze 1 is ended: its times can't be computed \(/);
    expect(turn.answers[1]?.freezes).toMatchObject([{ reason: why, until: null }]);
    expect((await asked(fleetOf(), [])).answers).toEqual(turn.answers);
    expect(await book().readFleet(now)).toMatchObject({ freezes: [{ freeze, reason: why }] });
    await book().end(freeze, { by: 'ada', reason: 'over', key: 'k2' }, now);
    expect(said(await asked(fleetOf(), []))).toEqual(['checkout goes', 'cart goes']);
  });

  test('with long reasons are cut where they are told, and not where they are kept', async () => {
    await open('checkout');
    const { freeze } = await book().add(frozen('k1', { reason: '🌲'.repeat(300) }), now);
    const [answer] = (await asked(fleetOf(), [ask('checkout')])).answers;
    expect(answer?.freezes[0]?.reason).toBe(`${'🌲'.repeat(119)}…`);
    expect((await book().find(freeze, now))?.reason).toBe('🌲'.repeat(300));
  });

  test('nobody passes that has ended, or never was', async () => {
    await open('checkout');
    await end('checkout');
    const pass = { by: 'lin', reason: 'INC-7', key: 'k' };
    expect(await book().pass(serviceName('checkout'), deploymentNumber(1), pass)).toBe('ended');
    expect(await book().pass(serviceName('checkout'), deploymentNumber(9), pass)).toBe('unknown');
  });

  test('a window is open by its calendar, and for who passes', async () => {
    await open('checkout');
    const window = { every: 'week', timeZone: 'Europe/Berlin', days: ['wed'], from: '09:00', to: '17:00' } as const;
    const fleet = fleetOf({}, () => now.getTime());
    const look = () => fleet.lookAtWindow({ ...ask('checkout'), window });
    expect(await look()).toEqual({ isOpen: false, opensAt: '2026-11-25T08:00:00.000Z' });
    await book().pass(serviceName('checkout'), deploymentNumber(1), { by: 'lin', reason: 'INC-7', key: 'k' });
    expect(await look()).toEqual({ isOpen: true, opensAt: null });
    // Recorded before such names were refused.
    const unknown = { ...window, timeZone: 'IST' };
    expect(await fleet.lookAtWindow({ ...ask('checkout'), window: unknown })).toEqual({ isOpen: true, opensAt: null });
  });
});
