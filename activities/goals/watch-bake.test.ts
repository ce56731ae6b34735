import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { absentAfterMs, activityAttempt, attempt, createGoalRegion, service } from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { baking, begin, failed, heartbeat, inBatch, next, of, onNext, written } from '../../test/watched-region.ts';
import { watchBake } from './watch-batch.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

describe('watching a bake', () => {
  test('goes on from the time that was watched before a kill', async () => {
    const { hosts, generation } = await inBatch(here, 'a');
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
    const { hosts, generation } = await inBatch(here, 'a');
    await here.say(hosts[0]!, { generation, ...onNext, health: 'unknown' });
    const late = activityAttempt({ heartbeatDetails: { watchedMs: 100 + absentAfterMs } });
    expect(await late.run(watchBake, here.parts, baking(generation, 100))).toMatchObject({
      outcome: 'stop',
      counts: { healthy: 0, lost: 1 },
    });
  });

  test('a host that fails after its batch stops it', async () => {
    const { hosts, generation } = await inBatch(here, 'a', 'b');
    for (const host of hosts) await here.say(host, { generation, ...onNext });
    const baked = here.activities.watchBake(baking(generation, 3_600_000));
    await here.say(hosts[1]!, { generation, ...failed });
    expect(await baked).toMatchObject({ outcome: 'stop', failed: { count: 1, hosts: ['b'] } });
  });

  /** The canary was well on the release and has turned bad; a host on the release before says nothing of that yet. */
  async function turnedBad() {
    const hosts = await here.enroll('a', 'b');
    const begun = await begin(here, 1, next);
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
});
