import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import { activityAttempt, createGoalRegion, releaseOf } from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { control, failed, heartbeat, inBatch, onNext, watching } from '../../test/watched-region.ts';
import { within } from '../../test/slowness.ts';
import { watchBatch } from './watch-batch.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

describe('watching a batch', () => {
  test('ends when each of its hosts has reported the release healthy', async () => {
    const { hosts, generation } = await inBatch(here, 'a', 'b');
    const watched = here.activities.watchBatch(watching(generation));
    for (const host of hosts) await here.say(host, { generation, ...onNext });
    expect(await watched).toMatchObject({ outcome: 'advance', counts: { switched: 2, healthy: 2 } });
  });

  test('stops when the canary fails, and says why', async () => {
    const { hosts, generation } = await inBatch(here, 'a');
    const watched = here.activities.watchBatch(watching(generation));
    await here.say(hosts[0]!, { generation, ...failed });
    const result = await watched;
    expect(result).toMatchObject({ outcome: 'stop', counts: { failed: 1 }, failed: { count: 1, hosts: ['a'] } });
    expect(result.reason).toContain('/healthz answered 500 (a)');
  });

  test('tells who asks for it what keeps a host, once the batch lasts, and decides nothing by that', async () => {
    const { hosts, generation } = await inBatch(here, 'a', 'b');
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
    const { generation } = await inBatch(here, 'a');
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
    const { hosts, generation } = await inBatch(here, 'a');
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
    const { hosts, generation } = await inBatch(here, 'a');
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
    const { hosts, generation } = await inBatch(here, 'a');
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
    const { hosts, generation } = await inBatch(here, 'a');
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
    const { generation } = await inBatch(here, 'a');
    const environment = activityAttempt();
    const watched = environment.run(watchBatch, here.parts, watching(generation));
    await heartbeat(environment);
    environment.cancel();
    await expect(watched).rejects.toThrow(CancelledFailure);
  });

  test('a batch that never began here is no batch to watch', async () => {
    const { generation } = await inBatch(here, 'a');
    await expect(here.activities.watchBatch(watching(generation, { batch: 2 }))).rejects.toMatchObject({
      type: 'unknown-batch',
      nonRetryable: true,
    });
  });
});
