import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import type { Placement } from '../../domain/goal/goal.ts';
import type { Generation, HostId } from '../../domain/names.ts';
import {
  absentAfterMs,
  activityAttempt,
  admissionOf,
  attempt,
  createGoalRegion,
  placement,
  region,
  releaseOf,
  service,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { within } from '../../test/slowness.ts';
import type { AdvanceRegionResult, Fenced, Written } from './contract.ts';
import { watchBake, watchBatch } from './watch-batch.ts';
import { watchUndo } from './watch-undo.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

const of = { service, region };
const knowing = { outcomes: [], centreGeneration: 0 as const };
const budget = { failedPercent: 10, cap: 5 };
const next = placement('next');
const control = (controlRevision = 1) => ({ ...of, ...knowing, attempt: attempt(1), controlRevision });
const watching = (generation: Generation, over: object = {}) => ({
  ...of,
  attempt: attempt(1),
  generation,
  batch: 1,
  budget,
  batchTimeoutMs: 600_000,
  absentAfterMs,
  ...over,
});
const baking = (generation: Generation, bakeMs: number) => ({ ...watching(generation), bakeMs });
const onNext = { running: releaseOf('next'), health: 'healthy', state: 'healthy' };
const failed = {
  running: null,
  health: 'stopped',
  state: 'reverted',
  refused: [{ deployment: 1, digest: releaseOf('next'), reason: '/healthz answered 500' }],
};

/** The generation that a step wrote. */
async function written(step: Promise<Written | Fenced | AdvanceRegionResult>): Promise<Generation> {
  const result = await step;
  if (result.outcome !== 'written') throw new Error(result.outcome);
  return result.answer.generation;
}
const begin = (deployment: number, release: Placement) =>
  written(
    here.activities.beginRegion({
      ...of,
      ...knowing,
      attempt: attempt(deployment),
      next: release,
      admission: admissionOf(release),
      absentAfterMs,
    }),
  );

/** A region in deployment 1 whose first batch of so many hosts may switch. */
async function inBatch(...names: string[]): Promise<{ hosts: HostId[]; generation: Generation }> {
  const hosts = await here.enroll(...names);
  const generation = await begin(1, next);
  const batch = { ...of, attempt: attempt(1), generation, batch: 1, share: { hosts: names.length }, absentAfterMs };
  const allowed = await here.activities.advanceRegion(batch);
  if (allowed.outcome !== 'written') throw new Error(allowed.reason);
  return { hosts, generation: allowed.answer.generation };
}
const heartbeat = async (environment: ReturnType<typeof activityAttempt>): Promise<unknown> =>
  new Promise((resolve) => environment.once('heartbeat', resolve));

describe('watching a batch', () => {
  test('ends when each of its hosts has reported the release healthy', async () => {
    const { hosts, generation } = await inBatch('a', 'b');
    const watched = here.activities.watchBatch(watching(generation));
    for (const host of hosts) await here.say(host, { generation, ...onNext });
    expect(await watched).toMatchObject({ outcome: 'advance', counts: { switched: 2, healthy: 2 } });
  });

  test('stops when the canary fails, and says why', async () => {
    const { hosts, generation } = await inBatch('a');
    const watched = here.activities.watchBatch(watching(generation));
    await here.say(hosts[0]!, { generation, ...failed });
    const result = await watched;
    expect(result).toMatchObject({ outcome: 'stop', counts: { failed: 1 }, failed: { count: 1, hosts: ['a'] } });
    expect(result.reason).toContain('/healthz answered 500 (a)');
  });

  /** The canary was well on the release and has turned bad; a host on the release before says nothing of that yet. */
  async function turnedBad() {
    const hosts = await here.enroll('a', 'b');
    const begun = await begin(1, next);
    const share = { hosts: 1 };
    const generation = await written(
      here.activities.advanceRegion({ ...of, attempt: attempt(1), generation: begun, batch: 1, share, absentAfterMs }),
    );
    const [batch] = await here.parts.store.readBatches(service, attempt(1).deployment);
    const [canary] = batch!.members.hosts;
    const other = hosts.find((host) => host !== canary)!;
    await here.say(other, { generation });
    await here.say(canary!, { generation, ...onNext });
    const seen = activityAttempt();
    const baked = seen.run(watchBake, here.parts, baking(generation, 3_600_000));
    await heartbeat(seen);
    await here.say(canary!, { generation, ...onNext, health: 'unhealthy' });
    // It has looked at that.
    await Promise.race([heartbeat(seen).then(() => heartbeat(seen)), baked]);
    return { other, generation, baked };
  }

  test('a host that was well turns bad a moment before the others say that they are bad too: that is a bad world', async () => {
    const { other, generation, baked } = await turnedBad();
    await here.say(other, { generation, health: 'unhealthy' });
    expect(await baked).toMatchObject({
      outcome: 'hold',
      reason: expect.stringMatching(/; bad world: of 1 without the release 1 is unhealthy too, 0 allowed$/),
    });
  });

  test('where the others stay well after it the release is bad', async () => {
    const { baked } = await turnedBad();
    expect(await baked).toMatchObject({
      outcome: 'stop',
      reason: expect.stringMatching(/; bad release: of 1 without the release 0 are unhealthy, 0 allowed$/),
    });
  });

  test('tells who asks for it what keeps a host, once the batch lasts, and decides nothing by that', async () => {
    const { hosts, generation } = await inBatch('a', 'b');
    const reason = 'start could not be done: no free port from 20000 to 20009';
    await here.say(hosts[0]!, { generation, ...onNext });
    await here.say(hosts[1]!, { generation, running: null, health: 'stopped', state: 'switching', reason });
    const environment = activityAttempt();
    const telling = { ...watching(generation), tellAfterMs: 300 };
    const lasts = await environment.run((input: typeof telling) => watchBatch(here.parts, input), telling);
    expect(lasts).toMatchObject({
      outcome: 'lasts',
      reason: `1 host is not healthy on it yet: ${reason} (b)`,
      counts: { switched: 2, healthy: 1, pending: 1 },
    });
    const watched = here.activities.watchBatch(watching(generation));
    await here.say(hosts[1]!, { generation, ...onNext });
    expect(await watched).toMatchObject({ outcome: 'advance', counts: { healthy: 2 } });
  });

  test.each([
    ['a hold', () => here.activities.holdRegion(control()), 'hold'],
    ['an undo', () => here.activities.undoRegion(control()), 'undo'],
  ])('ends fenced at once after %s', async (_verb, act, mode) => {
    const { generation } = await inBatch('a');
    const environment = activityAttempt();
    const watched = environment.run(watchBatch, here.parts, watching(generation));
    await heartbeat(environment);
    const actedAt = performance.now();
    await act();
    expect(await watched).toMatchObject({ outcome: 'fenced', row: { mode } });
    // Woken by the write: the tick alone would take up to a second.
    expect(performance.now() - actedAt).toBeLessThan(within(700, { otherwiseMs: 1_020 }));
  });

  test('after a kill goes on with the time and the members that the batch began with', async () => {
    const { hosts, generation } = await inBatch('a');
    const killed = activityAttempt();
    const abandoned = killed.run(watchBatch, here.parts, watching(generation)).catch((error: unknown) => error);
    await heartbeat(killed);
    killed.cancel('WORKER_SHUTDOWN');
    await abandoned;
    await here.enroll('joiner');
    await here.database.em.fork().execute(`update batch set started_at = now() - interval '10 min'`);
    await here.say(hosts[0]!, { generation, running: null, health: 'starting', state: 'switching' });
    const result = await here.activities.watchBatch(watching(generation));
    expect(result).toMatchObject({ outcome: 'stop', counts: { switched: 1, lost: 1 }, lost: { hosts: ['a'] } });
  });

  test('names the cause in the host’s own words when it is well but could not switch in time', async () => {
    const { hosts, generation } = await inBatch('a');
    const reason = 'disk full while fetching: ENOSPC';
    await here.say(hosts[0]!, { generation, running: releaseOf('base'), state: 'fetching', reason });
    const late = await here.activities.watchBatch(watching(generation, { batchTimeoutMs: 0 }));
    expect(late).toMatchObject({ outcome: 'stop', counts: { lost: 1 } });
    expect(late).toMatchObject({
      reason: `of 1 host 1 lost, 0 allowed: ${reason} (a); bad release: nothing without it to compare with`,
    });
  });

  const silence = (): Promise<void> => here.silence(300_000);

  test('waits when nobody at all is heard, and goes on when hosts are', async () => {
    const { hosts, generation } = await inBatch('a');
    const [other] = await here.enroll('b');
    for (const host of [hosts[0]!, other!]) await here.say(host, { generation });
    await silence();
    const deaf = activityAttempt();
    const watched = deaf.run(watchBatch, here.parts, watching(generation));
    await heartbeat(deaf);
    await here.say(other!, { generation });
    await heartbeat(deaf);
    await here.say(hosts[0]!, { generation, ...onNext });
    expect(await watched).toMatchObject({ outcome: 'advance', counts: { healthy: 1, lost: 0 } });
  });

  test('gives a silent host its time again, as nobody may have been there to hear it; then it is lost', async () => {
    const { hosts, generation } = await inBatch('a');
    await here.say(hosts[0]!, { generation });
    await silence();
    const again = activityAttempt();
    const watched = again.run(watchBatch, here.parts, watching(generation));
    await heartbeat(again);
    await here.say(hosts[0]!, { generation, ...onNext });
    expect(await watched).toMatchObject({ outcome: 'advance' });
    await silence();
    const shorter = watching(generation, { absentAfterMs: 500 });
    expect(await here.activities.watchBatch(shorter)).toMatchObject({ outcome: 'stop', lost: { hosts: ['a'] } });
  });

  test('a cancelled watch ends, and frees its slot', async () => {
    const { generation } = await inBatch('a');
    const environment = activityAttempt();
    const watched = environment.run(watchBatch, here.parts, watching(generation));
    await heartbeat(environment);
    environment.cancel();
    await expect(watched).rejects.toThrow(CancelledFailure);
  });

  test('a batch that never began here is no batch to watch', async () => {
    const { generation } = await inBatch('a');
    await expect(here.activities.watchBatch(watching(generation, { batch: 2 }))).rejects.toMatchObject({
      type: 'unknown-batch',
      nonRetryable: true,
    });
  });
});

test('a host that is the service’s by its own word only neither stops a batch nor holds up its undo', async () => {
  const [host, liar] = await here.enroll('a', 'liar');
  const begun = await begin(1, placement('next', { role: 'web' }));
  await here.say(liar!, {});
  for (const statement of [
    `update host set labels = '{"role":"db"}' where id = 'liar'`,
    `delete from snapshot where host = 'liar'`,
  ]) {
    await here.database.em.fork().execute(statement);
  }
  const batch = { ...of, attempt: attempt(1), generation: begun, batch: 1, share: { hosts: 1 }, absentAfterMs };
  const allowed = await here.activities.advanceRegion(batch);
  if (allowed.outcome !== 'written') throw new Error(allowed.outcome);
  const { generation } = allowed.answer;
  await here.say(liar!, { generation, ...failed });
  await here.say(host!, { generation, ...onNext });
  expect(await here.activities.watchBatch(watching(generation))).toMatchObject({
    outcome: 'advance',
    counts: { switched: 1, healthy: 1, failed: 0 },
  });
  const undone = await written(here.activities.undoRegion(control()));
  await here.say(liar!, { generation, ...onNext });
  await here.say(host!, { generation: undone, running: null, health: 'stopped' });
  const watched = here.activities.watchUndo({ ...of, attempt: attempt(1), generation: undone, absentAfterMs });
  expect(await watched).toMatchObject({ outcome: 'undone', hosts: 1 });
});

describe('watching a bake', () => {
  test('goes on from the time that was watched before a kill', async () => {
    const { hosts, generation } = await inBatch('a');
    await here.say(hosts[0]!, { generation, ...onNext });
    const hour = 3_600_000;
    const fresh = activityAttempt();
    const first = fresh.run(watchBake, here.parts, baking(generation, hour)).catch((error: unknown) => error);
    expect(await heartbeat(fresh)).toEqual({ watchedMs: expect.any(Number) });
    fresh.cancel();
    await first;
    const later = activityAttempt({ heartbeatDetails: { watchedMs: hour - 5 } });
    expect(await later.run(watchBake, here.parts, baking(generation, hour))).toMatchObject({ outcome: 'advance' });
  });

  test('promise 15: a host of unknown health does not pass a bake', async () => {
    const { hosts, generation } = await inBatch('a');
    await here.say(hosts[0]!, { generation, ...onNext, health: 'unknown' });
    const late = activityAttempt({ heartbeatDetails: { watchedMs: 100 + absentAfterMs } });
    expect(await late.run(watchBake, here.parts, baking(generation, 100))).toMatchObject({
      outcome: 'stop',
      counts: { healthy: 0, lost: 1 },
    });
  });

  test('a host that fails after its batch stops it', async () => {
    const { hosts, generation } = await inBatch('a', 'b');
    for (const host of hosts) await here.say(host, { generation, ...onNext });
    const baked = here.activities.watchBake(baking(generation, 3_600_000));
    await here.say(hosts[1]!, { generation, ...failed });
    expect(await baked).toMatchObject({ outcome: 'stop', failed: { count: 1, hosts: ['b'] } });
  });
});

describe('watching an undo', () => {
  test('ends when every reachable, unpinned host is back, and names the unreachable, pinned and refusing ones', async () => {
    const base = placement('base');
    const hosts = await here.enroll('back', 'gone', 'pinned', 'refusing');
    const begun = await begin(1, base);
    await written(here.activities.finishRegion({ ...of, attempt: attempt(1), generation: begun }));
    await begin(2, next);
    const generation = await written(here.activities.undoRegion({ ...control(), attempt: attempt(2) }));
    const at = { attempt: attempt(2), generation, running: releaseOf('base') };
    const [back, gone, pinned, refusing] = hosts;
    const refusal = { deployment: 2, digest: releaseOf('base'), reason: 'exited with 1' };
    await here.say(gone!, { ...at, running: releaseOf('next') });
    await here.silence(86_400_000, gone);
    await here.say(pinned!, { ...at, running: releaseOf('next'), pinned: true });
    await here.say(refusing!, { ...at, health: 'unhealthy', refused: [refusal] });
    const watched = here.activities.watchUndo({ ...of, attempt: attempt(2), generation, absentAfterMs });
    await here.say(back!, { ...at, running: releaseOf('next') });
    await here.say(back!, at);
    expect(await watched).toEqual({
      outcome: 'undone',
      hosts: 1,
      unreachable: { count: 1, hosts: ['gone'] },
      pinned: { count: 1, hosts: ['pinned'] },
      refusing: { count: 1, hosts: ['refusing'] },
      left: { pinned: 1, silent: 1, refusing: 1 },
    });
  });

  test('is not done while a reachable host has not heard of it, though that host runs the base', async () => {
    const { hosts } = await inBatch('a');
    const generation = await written(here.activities.undoRegion(control()));
    const before = { generation: generation - 1, running: null, health: 'stopped' };
    await here.say(hosts[0]!, before);
    let done = false;
    const watched = here.activities
      .watchUndo({ ...of, attempt: attempt(1), generation, absentAfterMs })
      .finally(() => (done = true));
    await here.say(hosts[0]!, { ...before, health: 'starting' });
    expect(done).toBe(false);
    await here.say(hosts[0]!, { ...before, generation });
    expect(await watched).toMatchObject({ outcome: 'undone', hosts: 1 });
  });

  test('calls no host unreachable before the silence that its goal allows, though the deployment names a shorter one', async () => {
    const { hosts } = await inBatch('a');
    const generation = await written(here.activities.undoRegion(control()));
    await here.say(hosts[0]!, { generation: generation - 1, ...onNext });
    await here.silence(40_000);
    const environment = activityAttempt();
    const input = { ...of, attempt: attempt(1), generation, absentAfterMs: 10_000 };
    const watched = environment.run(watchUndo, here.parts, input);
    await Promise.race([heartbeat(environment), watched]);
    await here.say(hosts[0]!, { generation, running: null, health: 'stopped' });
    expect(await watched).toMatchObject({ outcome: 'undone', hosts: 1, unreachable: { count: 0 } });
  });

  test('an undo overtaken by the next deployment ends fenced', async () => {
    await inBatch('a');
    const generation = await written(here.activities.undoRegion(control()));
    await begin(2, next);
    const result = await here.activities.watchUndo({ ...of, attempt: attempt(1), generation, absentAfterMs });
    expect(result).toMatchObject({ outcome: 'fenced', row: { attempt: attempt(2) } });
  });
});
