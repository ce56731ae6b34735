import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  absentAfterMs,
  activityAttempt,
  attempt,
  createGoalRegion,
  placement,
  releaseOf,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import {
  begin,
  control,
  failed,
  heartbeat,
  inBatch,
  next,
  of,
  onNext,
  watching,
  written,
} from '../../test/watched-region.ts';
import { watchUndo } from './watch-undo.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

describe('watching an undo', () => {
  test('ends when every reachable, unpinned host is back, and names the unreachable, pinned and refusing ones', async () => {
    const base = placement('base');
    const hosts = await here.enroll('back', 'gone', 'pinned', 'refusing');
    const begun = await begin(here, 1, base);
    await written(here.activities.finishRegion({ ...of, attempt: attempt(1), generation: begun }));
    await begin(here, 2, next);
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
    const { hosts } = await inBatch(here, 'a');
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
    const { hosts } = await inBatch(here, 'a');
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
    await inBatch(here, 'a');
    const generation = await written(here.activities.undoRegion(control()));
    await begin(here, 2, next);
    const result = await here.activities.watchUndo({ ...of, attempt: attempt(1), generation, absentAfterMs });
    expect(result).toMatchObject({ outcome: 'fenced', row: { attempt: attempt(2) } });
  });
});

test('a host that is the service’s by its own word only neither stops a batch nor holds up its undo', async () => {
  const [host, liar] = await here.enroll('a', 'liar');
  const begun = await begin(here, 1, placement('next', { role: 'web' }));
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
