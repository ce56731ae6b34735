import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SlotAnswer } from '../../activities/fleet/contract.ts';
import { weekdays } from '../../domain/calendar/recurrence.ts';
import type { Freeze, FreezePolicy } from '../../domain/fleet/freeze.ts';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { deploymentWorkflowId, statusQuery } from '../messages/deployment.ts';
import { fleetAnswerSignal, fleetWorkflowId, lookSignal } from '../messages/fleet.ts';

/** One each: the test server skips no more time once an activity was abandoned. */
let world: WorkflowWorld;
beforeEach(async () => {
  world = await createWorkflowWorld();
});
afterEach(() => world.close());

const look = () => world.env.client.workflow.getHandle(fleetWorkflowId).signal(lookSignal);
const deploy = (service: ServiceWorld) => world.deploy(service, { asksFleet: true });
const heard = (service: ServiceWorld, event: string) => until(() => eventsOf(service).includes(event));
const inMs = async (ms: number) => new Date((await world.env.currentTimeMs()) + ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;

async function freeze(policy: FreezePolicy, { beginsMs = -minute, endsMs }: { beginsMs?: number; endsMs: number }) {
  const when = { every: 'once', from: await inMs(beginsMs), until: await inMs(endsMs) } as const;
  const scope = { services: [], regions: [] };
  const frozen: Freeze = { freeze: 7, kind: 'freeze', owner: 'mo', reason: 'holidays', policy, scope, when };
  world.fleet.freezes.push(frozen);
}

const waitOf = async (handle: Awaited<ReturnType<typeof deploy>>) => (await handle.query(statusQuery)).waiting;

describe('a freeze', () => {
  test('keeps what has not begun, says who, why and until when, and lets it go on by itself', async () => {
    await freeze('hold', { endsMs: 24 * hour });
    await world.openFleet();
    const service = world.service('frozen');
    const handle = await deploy(service);
    await heard(service, 'frozen');
    expect(await waitOf(handle)).toMatch(
      /^frozen since \S+ \S+ UTC by mo until \S+ \S+ UTC: "holidays"; goes on by itself then$/,
    );
    expect(service.intents).toEqual([]);
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(eventsOf(service)).toContain('unfrozen');
  });

  test('that begins in the middle of a bake: with policy hold the next stage waits for its end', async () => {
    const service = world.service('mid-bake');
    const [canary, rest] = twoStages.stages;
    service.plan = { ...twoStages, stages: [{ ...canary!, bakeMs: 10 * minute }, rest!] };
    const bake = service.regions[eu]!.gate('bake');
    await world.openFleet();
    const handle = await deploy(service);
    await until(() => bake.waiting() > 0);
    await freeze('hold', { beginsMs: 0, endsMs: hour });
    await look();
    await heard(service, 'frozen');
    bake.open();
    await heard(service, 'region-ready');
    expect(service.regions[us]!.row).toBeNull();
    expect((await handle.query(statusQuery)).waiting).toMatch(/^frozen since/);
    expect((await handle.result()).outcome).toBe('succeeded');
    const events = eventsOf(service);
    expect(events.lastIndexOf('stage-started')).toBeGreaterThan(events.indexOf('unfrozen'));
  });
});

test('whoever was told of a freeze, and not of its end, asks by itself', async () => {
  const service = world.service('untold');
  const gate = service.regions[eu]!.gate('watch:1');
  const handle = await deploy(service);
  const answer: SlotAnswer = {
    service: service.service,
    deployment: deploymentNumber(1),
    requestId: (await handle.describe()).runId,
    isGranted: true,
    wait: null,
    freezes: [],
  };
  const since = await inMs(0);
  const stop = {
    freeze: 7,
    kind: 'stop-the-line',
    owner: 'mo',
    reason: '',
    policy: 'hold',
    since,
    until: null,
  } as const;
  await handle.signal(fleetAnswerSignal, answer);
  await until(() => gate.waiting() > 0);
  await handle.signal(fleetAnswerSignal, { ...answer, freezes: [stop] });
  await heard(service, 'frozen');
  gate.open();
  // It never heard of this deployment, and has nobody to tell anything.
  await world.openFleet();
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(eventsOf(service)).toContain('unfrozen');
});

describe("a service's window", () => {
  const window = { every: 'week', timeZone: 'Europe/Berlin', days: ['tue'], from: '09:00', to: '17:00' } as const;

  test('is waited for before anything is touched, and a pass goes through', async () => {
    await world.openFleet();
    const service = world.service('windowed');
    service.plan = { ...twoStages, window };
    const handle = await deploy(service);
    const opens = world.env.currentTimeMs();
    const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Europe/Berlin' });
    expect((await handle.result()).outcome).toBe('succeeded');
    const stages = service.progress.filter(({ event }) => event === 'stage-started');
    expect(stages).toHaveLength(2);
    expect(weekday.format(await world.env.currentTimeMs())).toBe('Tue');
    expect((await world.env.currentTimeMs()) - (await opens)).toBeLessThan(8 * 24 * hour);
    const passing = world.service('passing');
    passing.plan = { ...twoStages, window: { ...window, days: ['sat'] } };
    world.fleet.passes.add('passing/1');
    expect((await (await deploy(passing)).result()).outcome).toBe('succeeded');
    expect(eventsOf(passing)).not.toContain('window-awaited');
  });

  /** Ten minutes of one day of the week, which is to come whatever the clock of the machine says. */
  const tenMinutes = async () => {
    const days = Math.floor((await world.env.currentTimeMs()) / (24 * hour)) + 2;
    // Day 0 was a Thursday.
    return { ...window, timeZone: 'UTC', days: [weekdays[(days + 3) % 7]!], to: '09:10' };
  };

  test.each([
    ['when its canary has taken longer than it was open', null],
    ['also when a freeze that kept it ends while it is shut', 20 * minute],
  ])('is waited for again before the next stage, %s', async (_, frozenMs) => {
    const fleet = await world.openFleet();
    const service = world.service('outlasts');
    const canary = service.regions[eu]!;
    canary.hosts = 0;
    service.plan = { ...twoStages, window: await tenMinutes() };
    const handle = await deploy(service);
    await until(async () => {
      await world.env.sleep(hour);
      return eventsOf(service).includes('window-awaited');
    });
    const waits = /goes on (\S+) (\S+) UTC$/.exec((await handle.query(statusQuery)).waiting!);
    const opens = Date.parse(`${waits![1]}T${waits![2]}Z`);
    await world.env.sleep(opens + 5 * minute - (await world.env.currentTimeMs()));
    await heard(service, 'region-waiting');
    if (frozenMs !== null) await freeze('hold', { endsMs: frozenMs });
    await look();
    await world.env.sleep(25 * minute);
    if (frozenMs !== null) await heard(service, 'unfrozen');
    canary.hosts = 4;
    // It would look after who holds a slot each minute of the week.
    await fleet.terminate('it has nothing more to say');
    expect((await handle.result()).outcome).toBe('succeeded');
    const [first, second] = await begunAt(service);
    expect(new Date(first!).toISOString()).toMatch(/T09:00:/);
    expect(new Date(second!).toISOString()).toMatch(/T09:00:/);
    expect(Math.round((second! - first!) / (24 * hour))).toBe(7);
  });

  test('that shuts while others go first is waited for without a slot', async () => {
    world.fleet.caps = { overall: 1, perRegion: null };
    await world.openFleet();
    const [first, windowed, last] = [world.service('first'), world.service('shut'), world.service('last')];
    first.regions[eu]!.hosts = 0;
    const began = await deploy(first);
    await heard(first, 'region-waiting');
    const nowMs = await world.env.currentTimeMs();
    const clock = (ms: number) => new Date(nowMs + ms).toISOString().slice(11, 16);
    const days = [weekdays[(Math.floor((nowMs - 5 * minute) / (24 * hour)) + 3) % 7]!];
    windowed.plan = {
      ...twoStages,
      window: { ...window, timeZone: 'UTC', days, from: clock(-5 * minute), to: clock(10 * minute) },
    };
    const shut = await deploy(windowed);
    await heard(windowed, 'slot-awaited');
    const goes = await deploy(last);
    await heard(last, 'slot-awaited');
    await world.env.sleep(15 * minute);
    first.regions[eu]!.hosts = 4;
    expect((await began.result()).outcome).toBe('succeeded');
    expect((await goes.result()).outcome).toBe('succeeded');
    expect(eventsOf(windowed)).toContain('slot-given-back');
    expect(eventsOf(windowed)).not.toContain('stage-started');
    expect((await shut.query(statusQuery)).waiting).toMatch(/^its window .* is shut/);
    expect((await shut.result()).outcome).toBe('succeeded');
    expect(Math.round(((await begunAt(windowed))[0]! - nowMs) / (24 * hour))).toBe(7);
  });
});

/** When the rollout in each region of the stages began, as the server has it. */
async function begunAt({ service }: ServiceWorld): Promise<readonly number[]> {
  const handle = world.env.client.workflow.getHandle(deploymentWorkflowId(service, deploymentNumber(1)));
  const { events } = await handle.fetchHistory();
  return (events ?? [])
    .filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)
    .map(({ eventTime }) => Number(eventTime!.seconds) * 1_000);
}
