import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createGate } from '../../test/workflow-world/gate.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import {
  canaryWaits,
  inCanary,
  keyed,
  newerMerge,
  openedLane,
  person,
  submission,
  wasStarted,
  withdrawal,
} from '../../test/workflow-world/opened-lane.ts';
import { benignFault } from '../../test/workflow-world/region-world.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, deploymentWorkflowId } from '../messages/deployment.ts';
import type { HotfixMessage, RollbackMessage } from '../messages/lane.ts';
import {
  hotfixUpdate,
  lockUpdate,
  lookSignal,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
  updatesPerHistory,
  withdrawUpdate,
} from '../messages/lane.ts';
import { recoveryWorkflowId } from '../messages/recovery.ts';

// The test server skips no time while an activity is under way, nor once one was abandoned during a try: what needs
// skipped time stands before the rollbacks, and what is held up before it is let go.
let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const rollback = (key: string): { args: [RollbackMessage] } => ({
  args: [{ by: 'ada', reason: 'it burns', key, traceparent: null }],
});

const lane = (name: string, script: (fresh: ServiceWorld) => void = () => undefined) => openedLane(world, name, script);

describe('a lane', () => {
  test('runs deployments one at a time, in the order in which they came', async () => {
    const { service, submit, status, ended } = await lane('fifo', canaryWaits);
    expect(await submit('a')).toEqual({
      outcome: 'accepted',
      deployment: 1,
      release: 1,
      kind: 'rollout',
      ahead: 0,
      lock: null,
    });
    expect(await submit('b')).toEqual({
      outcome: 'accepted',
      deployment: 2,
      release: 2,
      kind: 'rollout',
      ahead: 1,
      lock: null,
    });
    expect(await submit('c')).toEqual({
      outcome: 'accepted',
      deployment: 3,
      release: 3,
      kind: 'rollout',
      ahead: 2,
      lock: null,
    });
    await inCanary(service);
    const { active, queue } = await status();
    expect([active?.deployment, queue.map(({ deployment }) => deployment)]).toEqual([1, [2, 3]]);
    service.regions[eu]!.gate('watch:1').open();
    await ended(3);
    expect(service.finished.map(({ deployment }) => deployment)).toEqual([1, 2, 3]);
    expect(service.finished.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  test('starts one deployment for a request, however often it comes', async () => {
    const { service, submit, ended } = await lane('once');
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit('same')));
    expect(new Set(answers.map((answer) => ('deployment' in answer ? answer.deployment : null)))).toEqual(new Set([1]));
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    await ended(1);
    expect(await submit('same')).toMatchObject({ outcome: 'repeated', deployment: 1 });
    expect(service.rows).toHaveLength(1);
  });

  test('lets a newer merge take the place of those that wait, never of one that has begun', async () => {
    const { service, submit, status, ended } = await lane('newer', canaryWaits);
    await submit('a');
    await inCanary(service);
    await submit('p', person(1));
    expect(await submit('b', newerMerge('1'))).not.toHaveProperty('superseded');
    const answer = { outcome: 'accepted', deployment: 4, ahead: 2, superseded: [3] };
    expect(await submit('c', newerMerge('2'))).toMatchObject(answer);
    expect(await submit('c', newerMerge('2'))).toMatchObject({ ...answer, outcome: 'repeated' });
    expect((await status()).queue.map(({ deployment }) => deployment)).toEqual([2, 4]);
    expect(await submit('b', newerMerge('1'))).toMatchObject({ outcome: 'repeated', deployment: 3 });
    service.regions[eu]!.gate('watch:1').open();
    await ended(4);
    expect(service.finished.map(({ deployment }) => deployment)).toEqual([1, 2, 4]);
    expect(service.rows[2]).toMatchObject({ started: false, outcome: 'superseded' });
  });

  test('refuses a release that does not exist, and a message of another lane', async () => {
    const { service, handle, submit } = await lane('refuses');
    expect(await submit('x', person(999))).toMatchObject({ outcome: 'refused', code: 'release-not-found' });
    const other = { ...submission(service, 'y').args[0].request, service: 'other' as never };
    await expect(
      handle.executeUpdate(submitUpdate, { args: [{ request: other, queueWhenLocked: true }] }),
    ).rejects.toMatchObject({ cause: { message: 'this is the lane of refuses' } });
  });

  test('takes over from Postgres what was open and locked before it accepts anything', async () => {
    const { service, submit, status } = await lane('adopts', (fresh) => {
      fresh.lock = { owner: 'mo', reason: 'INC-7', since: '2026-01-01T00:00:00Z' };
      wasStarted(fresh, false);
    });
    expect(await submit('new')).toMatchObject({ outcome: 'accepted', deployment: 2, ahead: 1, lock: { owner: 'mo' } });
    expect(await submit('old')).toMatchObject({ outcome: 'repeated', deployment: 1 });
    expect((await status()).queue.map(({ deployment }) => deployment)).toEqual([1, 2]);
    expect(service.laneReads).toBe(1);
  });

  test('is locked by a deployment that was undone, and goes on when it is opened', async () => {
    const { service, handle, submit, status, ended } = await lane('bad', (fresh) => {
      fresh.regions[eu]!.judge = () => 'stop';
    });
    await submit('a');
    await ended(1);
    await until(async () => (await status()).active === null);
    expect((await status()).lock).toMatchObject({ owner: 'slipway' });
    service.regions[eu]!.judge = () => 'advance';
    expect(await submit('b')).toMatchObject({ outcome: 'accepted', ahead: 0 });
    const refused = handle.executeUpdate(submitUpdate, { ...submission(service, 'c', person(1)), updateId: 'c' });
    await expect(refused).rejects.toMatchObject({ cause: { type: 'lane-locked' } });
    expect((await handle.executeUpdate(unlockUpdate, keyed('u'))).lock).toBeNull();
    await ended(2);
    expect(service.finished.at(-1)).toMatchObject({ deployment: 2, outcome: 'succeeded' });
    // A refusal is no answer for ever: the same Update does it now.
    const again = { ...submission(service, 'c', person(1)), updateId: 'c' };
    expect(await handle.executeUpdate(submitUpdate, again)).toMatchObject({ outcome: 'accepted', deployment: 3 });
    await ended(3);
  });

  test('keeps its first lock, and is not opened by a late copy of an older unlock', async () => {
    const { service, handle } = await lane('locks');
    expect((await handle.executeUpdate(lockUpdate, keyed('l1', 'first'))).lock).toMatchObject({ reason: 'first' });
    expect((await handle.executeUpdate(lockUpdate, keyed('l2', 'second'))).lock).toMatchObject({ reason: 'first' });
    await handle.executeUpdate(unlockUpdate, keyed('u1'));
    await handle.executeUpdate(lockUpdate, keyed('l3', 'third'));
    expect((await handle.executeUpdate(unlockUpdate, keyed('u1'))).lock).toMatchObject({ reason: 'third' });
    expect(service.lock).toMatchObject({ reason: 'third' });
  });

  test('opens by itself when its lock ends, whatever else it does, and starts what waits', async () => {
    const { service, handle, submit, status, ended } = await lane('ends');
    const until = new Date((await world.env.currentTimeMs()) + 2 * 3_600_000).toISOString();
    const lock = keyed('l', 'INC-7').args[0];
    await handle.executeUpdate(lockUpdate, { args: [{ ...lock, until }] });
    await submit('a');
    expect((await status()).lock).toMatchObject({ owner: 'ada', until });
    await world.env.sleep('119m');
    expect([(await status()).lock, service.rows[0]?.started]).toEqual([expect.anything(), false]);
    await world.env.sleep('2m');
    await ended(1);
    expect([(await status()).lock, service.lock]).toEqual([null, null]);
    expect(service.lockChanges.at(-1)).toMatchObject({ by: 'slipway', reason: 'the lock that ada set has ended' });
  });

  test('stays shut when a deployment was undone before its lock has ended, and nothing told it so', async () => {
    const end = new Date((await world.env.currentTimeMs()) + 20_000).toISOString();
    const stays = { owner: 'ada', reason: 'INC-7; outlives/1 was undone', since: '2026-01-01T00:00:00Z' };
    const { service, submit, status } = await lane('outlives', (fresh) => {
      wasStarted(fresh);
      fresh.lock = { ...stays, reason: 'INC-7', until: end };
    });
    await submit('next');
    await until(async () => (await status()).active?.deployment === 1);
    service.rows[0]!.outcome = 'undone';
    service.lock = stays;
    await world.env.sleep('40s');
    await until(async () => (await status()).active === null);
    expect([(await status()).lock, service.lock]).toEqual([stays, stays]);
    expect(service.rows[1]?.started).toBe(false);
  });

  test('waits for the end that its lock has now', async () => {
    const { handle, status } = await lane('moved');
    const nowMs = await world.env.currentTimeMs();
    const at = (minutes: number) => new Date(nowMs + minutes * 60_000).toISOString();
    const rights = { releaseOwner: false, ownsService: false };
    const lock = (key: string, until: string | null, by = 'ada') =>
      handle.executeUpdate(lockUpdate, { args: [{ by, reason: 'INC-7', key, until, rights }] });
    await lock('l1', at(10));
    expect((await lock('l2', at(1), 'lin')).lock).toMatchObject({ owner: 'ada', until: at(10) });
    await lock('l3', at(30));
    await world.env.sleep('20m');
    expect((await status()).lock).toMatchObject({ until: at(30) });
    await lock('l4', at(25));
    await world.env.sleep('6m');
    expect((await status()).lock).toBeNull();
  });

  test('is opened by who set the lock or a release-owner, and says so to everybody else', async () => {
    const { handle } = await lane('whose');
    const rights = { releaseOwner: false, ownsService: false };
    const unlock = (by: string, key: string, more = rights) =>
      handle.executeUpdate(unlockUpdate, { args: [{ by, reason: 'over', key, rights: more }] });
    await handle.executeUpdate(lockUpdate, keyed('l', 'INC-7'));
    const refused = await unlock('lin', 'u1');
    expect(refused).toMatchObject({
      refused: 'ada has locked it: ada or a release-owner may open it',
      lock: { owner: 'ada' },
    });
    expect(await unlock('ada', 'u2')).toMatchObject({ lock: null });
    await handle.executeUpdate(lockUpdate, keyed('l2', 'INC-8'));
    expect(await unlock('mo', 'u3', { ...rights, releaseOwner: true })).toMatchObject({ lock: null });
  });

  test('is not shut by a late copy of a lock that Postgres knows to be older than its unlock', async () => {
    const { service, handle, status } = await lane('late-lock', (fresh) => void fresh.lockKeys.push('l1', 'u1'));
    expect((await handle.executeUpdate(lockUpdate, keyed('l1', 'first'))).lock).toBeNull();
    expect([(await status()).lock, service.lock]).toEqual([null, null]);
  });

  test('lets go of a deployment that waits in its queue, and only of such a one', async () => {
    const { service, handle, submit, status, ended } = await lane('withdrawn', canaryWaits);
    const withdraw = (deployment: number, key: string) =>
      handle.executeUpdate(withdrawUpdate, withdrawal(deployment, key));
    for (const key of ['a', 'b', 'c']) await submit(key);
    await inCanary(service);
    expect(await withdraw(2, 'w2')).toEqual({ outcome: 'withdrawn' });
    expect(service.cancelled).toEqual([{ deployment: 2, by: 'ada', reason: 'withdrawn by ada: not today' }]);
    expect((await status()).queue.map(({ deployment }) => deployment)).toEqual([3]);
    expect(await withdraw(2, 'w2')).toEqual({ outcome: 'withdrawn' });
    const refused = { cause: { type: 'refused', message: 'withdrawn/1 has begun: abort it' } };
    await expect(withdraw(1, 'w1')).rejects.toMatchObject(refused);
    expect(service.cancelled).toHaveLength(1);
    service.regions[eu]!.gate('watch:1').open();
    await ended(3);
    expect(service.finished.map(({ deployment }) => deployment)).toEqual([1, 3]);
  });

  test('lets go of each deployment that one key is sent about', async () => {
    const { service, handle, submit, status, ended } = await lane('one-key', canaryWaits);
    for (const key of ['a', 'b', 'c']) await submit(key);
    await inCanary(service);
    for (const deployment of [2, 3, 2])
      expect(await handle.executeUpdate(withdrawUpdate, withdrawal(deployment, 'one'))).toEqual({
        outcome: 'withdrawn',
      });
    expect(service.cancelled.map(({ deployment }) => deployment)).toEqual([2, 3]);
    expect((await status()).queue).toEqual([]);
    service.regions[eu]!.gate('watch:1').open();
    await ended(1);
  });

  test('learns by asking that its deployment ended, when no signal came', async () => {
    const { service, status } = await lane('asks', (fresh) => wasStarted(fresh));
    await until(async () => (await status()).active?.deployment === 1);
    service.rows[0]!.outcome = 'undone';
    service.lock = { owner: 'slipway', reason: 'undone', since: '2026-01-01T00:00:00Z' };
    await world.env.sleep('31s');
    await until(async () => (await status()).active === null);
    expect((await status()).lock).toMatchObject({ owner: 'slipway' });
  });

  test('is opened by who sees that an undo has locked it before the lane has heard of the end', async () => {
    const { service, handle, submit, status } = await lane('early', (fresh) => wasStarted(fresh));
    await submit('next');
    await until(async () => (await status()).active?.deployment === 1);
    service.rows[0]!.outcome = 'undone';
    service.lock = { owner: 'slipway', reason: 'undone', since: '2026-01-01T00:00:00Z' };
    expect((await handle.executeUpdate(unlockUpdate, keyed('u'))).lock).toBeNull();
    await until(async () => (await status()).active?.deployment === 2);
    expect(service.lock).toBeNull();
  });

  test('has a deployment recovered that no workflow carries any more, says so, and then goes on', async () => {
    const { service, submit, status, ended } = await lane('lost', (fresh) => wasStarted(fresh));
    service.takingOver = createGate();
    await submit('next');
    await world.env.sleep('31s');
    await until(async () => (await status()).held !== null);
    const { held, queue } = await status();
    expect(held).toBe('the workflow of lost/1 is gone; nothing starts until recovery has ended it');
    expect(queue).toHaveLength(1);
    expect(service.rows[1]?.started).toBe(false);
    service.takingOver.open();
    await ended(1);
    await ended(2);
    expect(service.rows.map(({ outcome }) => outcome)).toEqual(['cancelled', 'succeeded']);
    expect((await status()).held).toBeNull();
  });

  test('has a recovery that somebody terminates begun again within a minute', async () => {
    const { service, status, ended } = await lane('lost-again', (fresh) => {
      wasStarted(fresh);
      // Between its tries recovery is terminated: see above.
      fresh.takingOver = { ...createGate(), pass: () => Promise.reject(benignFault('away')) };
    });
    const id = recoveryWorkflowId(service.service, deploymentNumber(1));
    const recovery = world.env.client.workflow.getHandle(id);
    await world.env.sleep('31s');
    await until(async () => (await status()).held !== null);
    const { runId } = await recovery.describe();
    await recovery.terminate('by mistake');
    await world.env.sleep('61s');
    await until(async () => (await recovery.describe()).runId !== runId);
    service.takingOver = null;
    await ended(1);
    expect(service.rows).toMatchObject([{ outcome: 'cancelled' }]);
  });

  test('that does not know what Postgres knows starts nothing against it, and learns', async () => {
    const { service, submit, status } = await lane('reset');
    // As after a reset in Temporal: somebody locked the lane in the history that was thrown away.
    service.lock = { owner: 'ada', reason: 'INC-7', since: '2026-01-01T00:00:00Z' };
    await submit('next');
    await until(async () => (await status()).lock !== null);
    expect(await status()).toMatchObject({ active: null, lock: { owner: 'ada' }, queue: [{ deployment: 1 }] });
    expect(service.rows[0]?.started).toBe(false);
  });
});

describe('a hotfix', () => {
  const hotfix = (release: number, key: string, hold = false): { args: [HotfixMessage] } => ({
    args: [{ by: 'mo', reason: 'INC-7', release: releaseNumber(release), hold, key, traceparent: null }],
  });

  test('goes first, after the undo of what is active, also on the lane that this has locked', async () => {
    const { service, handle, submit, status, ended } = await lane('hot', (fresh) => {
      canaryWaits(fresh);
      fresh.rollbackTarget = null;
    });
    await submit('a');
    await inCanary(service);
    await submit('b', person(8));
    await submit('c', person(9));
    const answer = await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h'));
    expect(answer).toEqual({
      outcome: 'accepted',
      deployment: 4,
      active: { deployment: 1, how: 'undone' },
      lock: null,
    });
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h'))).toEqual({ ...answer, outcome: 'repeated' });
    service.regions[eu]!.gate('watch:1').open();
    await ended(4);
    expect(service.finished).toMatchObject([
      { deployment: 1, outcome: 'undone', reason: 'aborted by mo: hotfix hot/4: INC-7' },
      { deployment: 4, outcome: 'succeeded' },
    ]);
    // What waited has higher numbers now, and waits on behind the lock.
    await until(async () => (await status()).active === null);
    const { queue, lock } = await status();
    expect(queue.map(({ deployment, key }) => [deployment, key])).toEqual([
      [5, 'b'],
      [6, 'c'],
    ]);
    expect(lock).not.toBeNull();
  });

  test('leaves hosts where they are when asked to, and cancels what has touched nothing', async () => {
    const { service, handle, submit, ended } = await lane('hot-hold', canaryWaits);
    await submit('a');
    await inCanary(service);
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h', true))).toMatchObject({ active: { how: 'held' } });
    service.regions[eu]!.gate('watch:1').open();
    await ended(2);
    expect(service.finished.map(({ outcome }) => outcome)).toEqual(['cancelled', 'succeeded']);
    expect(service.finished[0]!.regions).toMatchObject([{ outcome: 'held' }]);
  });

  test('cancels what has touched nothing', async () => {
    const { service, handle, submit, ended } = await lane('hot-early', (fresh) => void fresh.regions[eu]!.gate('copy'));
    await submit('a');
    await until(() => eventsOf(service).includes('waits-for-copy'));
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h'))).toMatchObject({ active: { how: 'cancelled' } });
    await ended(1);
    service.regions[eu]!.gate('copy').open();
    await ended(2);
    expect(service.finished.map(({ outcome }) => outcome)).toEqual(['cancelled', 'succeeded']);
  });

  /** Its hook runs, and no region has heard of it. */
  async function inHook(name: string) {
    const atHook = createGate();
    const opened = await lane(name, (fresh) => {
      const up = { run: './up', undo: './down', timeoutMs: 60_000, mayStay: false, destructive: false };
      fresh.plan = { ...twoStages, hooks: { before: [up], after: [], region: { before: [], after: [] } } };
      fresh.hookGates.set('./up', atHook);
    });
    await opened.submit('a');
    await until(() => atHook.waiting() > 0);
    return { ...opened, atHook };
  }

  test.each([
    [true, 'held', 'cancelled', ['./up', './up ended']],
    [false, 'undone', 'undone', ['./up', './up ended', './down', './down ended']],
  ] as const)(
    'of what has run hooks and touched no region, with hold %s: it is %s',
    async (hold, how, outcome, ran) => {
      const { service, handle, ended, atHook } = await inHook(`hot-hooks-${how}`);
      expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h', hold))).toMatchObject({ active: { how } });
      atHook.open();
      await ended(1);
      expect(service.finished[0]).toMatchObject({ outcome });
      expect(service.hooksRan).toEqual(ran);
    },
  );

  test('with hold leaves where it is also what begins in a region before it hears of that', async () => {
    const { service, handle, submit, ended } = await lane('hot-hold-late', canaryWaits);
    await submit('a');
    await inCanary(service);
    // Nobody knew of the region yet when the lane asked.
    service.reachSaid = 'untouched';
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h', true))).toMatchObject({
      active: { how: 'cancelled' },
    });
    service.reachSaid = null;
    service.regions[eu]!.gate('watch:1').open();
    await ended(1);
    expect(service.finished[0]).toMatchObject({ outcome: 'cancelled', regions: [{ outcome: 'held' }] });
  });

  test.each([
    [true, 'held', 'cancelled', 'held'],
    [false, 'undone', 'undone', 'undone'],
  ] as const)(
    'says how what was stopped before it ends: stopped with hold %s, it is %s',
    async (hold, how, outcome, there) => {
      const { service, handle, submit, ended } = await lane(`hot-twice-${how}`, (fresh) => {
        canaryWaits(fresh);
        fresh.regions[eu]!.gate('hold');
        fresh.regions[eu]!.gate('undo');
      });
      await submit('a');
      await inCanary(service);
      expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h', hold))).toMatchObject({ active: { how } });
      await until(() => service.progress.some(({ stop }) => stop !== null && stop !== undefined));
      expect(await handle.executeUpdate(hotfixUpdate, hotfix(8, 'h2', !hold))).toMatchObject({ active: { how } });
      for (const step of ['watch:1', 'hold', 'undo']) service.regions[eu]!.gate(step).open();
      await ended(1);
      expect(service.finished[0]).toMatchObject({ outcome, regions: [{ outcome: there }] });
    },
  );

  test('awaits what is past its point of no return', async () => {
    const { service, handle, submit, ended } = await lane(
      'hot-late',
      (fresh) => void fresh.regions[us]!.gate('finish'),
    );
    await submit('a');
    await until(() => service.regions[us]!.gate('finish').waiting() > 0);
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(7, 'h'))).toMatchObject({ active: { how: 'awaited' } });
    service.regions[us]!.gate('finish').open();
    await ended(2);
    expect(service.finished.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  test('has a merge that waits with this release go first, and what waited behind it', async () => {
    const { service, handle, submit, status } = await lane('hot-merge');
    await handle.executeUpdate(lockUpdate, keyed('l', 'INC-7'));
    const { request } = submission(service, 'p', person(3)).args[0];
    await handle.executeUpdate(submitUpdate, { args: [{ request, queueWhenLocked: true }] });
    await submit('m');
    const gate = service.regions[eu]!.gate('watch:1');
    expect(await handle.executeUpdate(hotfixUpdate, hotfix(2, 'h'))).toMatchObject({ deployment: 2, active: null });
    await until(() => gate.waiting() > 0);
    const { active, queue } = await status();
    expect(active).toMatchObject({ deployment: 2, key: 'm', hotfix: true });
    expect(queue.map(({ deployment, key }) => [deployment, key])).toEqual([[3, 'p']]);
    // Another request for what is on its way stops nothing.
    const again = await handle.executeUpdate(hotfixUpdate, hotfix(2, 'h2'));
    expect(again).toMatchObject({ outcome: 'repeated', deployment: 2, active: null });
    gate.open();
  });

  test('is taken over by a lane that was terminated before what is active was stopped', async () => {
    const { service, handle, submit } = await lane('hot-killed', canaryWaits);
    await submit('a');
    await inCanary(service);
    const { request } = submission(service, 'h', person(7)).args[0];
    const [deployment, release] = [deploymentNumber(2), releaseNumber(7)];
    const key = 'h';
    service.rows.push({
      deployment,
      release,
      kind: 'rollout',
      key,
      hotfix: true,
      started: false,
      runId: null,
      outcome: null,
      request,
    });
    await handle.terminate();
    const fresh = await world.openLane(service);
    const answer = await fresh.executeUpdate(hotfixUpdate, hotfix(7, 'h'));
    expect(answer).toMatchObject({ outcome: 'repeated', deployment: 2, active: { deployment: 1, how: 'undone' } });
    service.regions[eu]!.gate('watch:1').open();
    await until(() => service.rows[1]!.outcome === 'succeeded');
    // A late copy stops nothing that came after it.
    await fresh.executeUpdate(submitUpdate, submission(service, 'next'));
    await fresh.executeUpdate(unlockUpdate, keyed('u', 'go on'));
    await until(() => service.rows[2]!.outcome === 'succeeded');
  });
});

describe('a rollback', () => {
  test('with nothing active is a deployment of its own, also on a locked lane, and before all others', async () => {
    const { service, handle, submit, ended } = await lane('calm');
    await handle.executeUpdate(lockUpdate, keyed('l', 'INC-7'));
    await submit('merge');
    const answer = await handle.executeUpdate(rollbackUpdate, rollback('r'));
    expect(answer).toEqual({ outcome: 'accepted', deployment: 2 });
    expect(await handle.executeUpdate(rollbackUpdate, rollback('r'))).toEqual({ outcome: 'repeated', deployment: 2 });
    await ended(2);
    expect(service.rows[1]).toMatchObject({ kind: 'rollback', release: 1, outcome: 'succeeded' });
    expect(service.rows[0]?.started).toBe(false);
  });

  test('lets what waited go on under a higher number: regions take none that is lower than its own', async () => {
    const { service, handle, submit, status, ended } = await lane('overtaken');
    await handle.executeUpdate(lockUpdate, keyed('l', 'INC-7'));
    await submit('first');
    await submit('second');
    await handle.executeUpdate(rollbackUpdate, rollback('r'));
    await ended(3);
    const { queue } = await status();
    expect(queue.map(({ deployment, key }) => [deployment, key])).toEqual([
      [4, 'first'],
      [5, 'second'],
    ]);
    await handle.executeUpdate(unlockUpdate, keyed('u', 'go on'));
    await ended(5);
    expect(service.finished.map(({ deployment, outcome }) => [deployment, outcome])).toEqual([
      [3, 'succeeded'],
      [4, 'succeeded'],
      [5, 'succeeded'],
    ]);
  });

  test('is refused when no release ran before', async () => {
    const { handle } = await lane('first', (fresh) => (fresh.rollbackTarget = null));
    const answer = await handle.executeUpdate(rollbackUpdate, rollback('r'));
    expect(answer).toMatchObject({ outcome: 'refused', code: 'nothing-to-roll-back-to' });
  });

  test('of an active deployment that has touched a region is its undo, and locks the lane at once', async () => {
    const { service, handle, submit, status, ended } = await lane('touched', canaryWaits);
    await submit('a');
    await submit('b');
    await inCanary(service);
    expect(await handle.executeUpdate(rollbackUpdate, rollback('r'))).toEqual({ outcome: 'undoing', deployment: 1 });
    expect((await status()).lock).toMatchObject({ owner: 'ada', reason: 'rollback: it burns' });
    await ended(1);
    expect(service.finished).toMatchObject([{ outcome: 'undone', reason: 'aborted by ada: rollback: it burns' }]);
    expect(service.rows).toHaveLength(2);
    expect(service.rows[1]?.started).toBe(false);
  });

  test('on a lane whose lock has an end keeps it shut until somebody opens it', async () => {
    const { service, handle, submit, status, ended } = await lane('shut-for-good', canaryWaits);
    await submit('a');
    await inCanary(service);
    const lock = { ...keyed('l', 'INC-7').args[0], until: '2100-01-01T00:00:00.000Z' };
    await handle.executeUpdate(lockUpdate, { args: [lock] });
    await handle.executeUpdate(rollbackUpdate, rollback('r'));
    const { lock: held } = await status();
    expect(held).toMatchObject({ owner: 'ada', reason: 'INC-7; rollback: it burns' });
    expect([held?.until, service.lock]).toEqual([undefined, held]);
    await ended(1);
  });

  test('of an active deployment that has touched nothing cancels it and rolls back what runs', async () => {
    const { service, handle, submit, ended } = await lane('untouched', (fresh) => void fresh.regions[eu]!.gate('copy'));
    await submit('a');
    await until(() => eventsOf(service).includes('waits-for-copy'));
    expect(await handle.executeUpdate(rollbackUpdate, rollback('r'))).toEqual({ outcome: 'accepted', deployment: 2 });
    await ended(1);
    service.regions[eu]!.gate('copy').open();
    await ended(2);
    expect(service.finished).toMatchObject([
      { deployment: 1, outcome: 'cancelled' },
      { deployment: 2, outcome: 'succeeded' },
    ]);
    expect(service.lock).toMatchObject({ owner: 'ada' });
  });

  test.each([
    ['that names its target goes on', { to: releaseNumber(1) }, 'succeeded'],
    ['that names nothing is cancelled', {}, 'cancelled'],
  ] as const)('of what touches a region meanwhile and is undone, one %s', async (how, named, outcome) => {
    const { service, handle, submit, ended } = await lane(how.replaceAll(' ', '-'), (fresh) => {
      void fresh.regions[eu]!.gate('copy');
      fresh.regions[eu]!.gate('undo');
    });
    await submit('a');
    await until(() => eventsOf(service).includes('waits-for-copy'));
    // Nobody knew of the region yet when the lane asked.
    const one = service.rows[0]!;
    service.reachSaid = 'untouched';
    service.regions[eu]!.gate('copy').open();
    await until(() => service.regions[eu]!.row !== null);
    const message = { ...rollback('r').args[0], ...named };
    expect(await handle.executeUpdate(rollbackUpdate, { args: [message] })).toMatchObject({ outcome: 'accepted' });
    service.reachSaid = null;
    service.regions[eu]!.gate('undo').open();
    await until(() => one.outcome !== null);
    if (outcome === 'succeeded') await ended(2);
    await until(() => service.rows[1]?.outcome === outcome);
    expect(one.outcome).toBe('undone');
  });

  test('of a deployment that somebody leaves held meanwhile follows when that is written', async () => {
    const { service, handle, submit, ended } = await lane('leaves-held', (fresh) => {
      canaryWaits(fresh);
      fresh.regions[eu]!.gate('hold');
    });
    await submit('a');
    await inCanary(service);
    const active = world.env.client.workflow.getHandle(deploymentWorkflowId(service.service, deploymentNumber(1)));
    await active.executeUpdate(abortUpdate, { args: [{ by: 'kim', reason: '', hold: true }] });
    await until(() => service.regions[eu]!.gate('hold').waiting() > 0);
    expect(await handle.executeUpdate(rollbackUpdate, rollback('r'))).toEqual({ outcome: 'undoing', deployment: 1 });
    service.regions[eu]!.gate('hold').open();
    service.regions[eu]!.gate('watch:1').open();
    await until(() => service.rows.length === 2);
    await ended(2);
    expect(service.finished).toMatchObject([
      { deployment: 1, outcome: 'cancelled' },
      { deployment: 2, outcome: 'succeeded' },
    ]);
    expect(service.rows[1]).toMatchObject({ kind: 'rollback' });
  });

  test('that names a release goes there, by its own stages when that is further back; what never ran is refused', async () => {
    const { service, handle, submit, ended } = await lane(
      'named',
      (fresh) => (fresh.rollbackTarget = releaseNumber(3)),
    );
    await submit('a');
    await ended(1);
    const named = (key: string, to: number) => ({
      args: [{ ...rollback(key).args[0], to: releaseNumber(to) }] as [RollbackMessage],
    });
    expect(await handle.executeUpdate(rollbackUpdate, named('never', 901))).toEqual({
      outcome: 'refused',
      code: 'refused',
      message: 'named@901 is none of the releases that ran before: deploy it',
    });
    expect(service.lock).toBeNull();
    expect(await handle.executeUpdate(rollbackUpdate, named('far', 2))).toMatchObject({ outcome: 'accepted' });
    await ended(2);
    expect(service.rows[1]?.request.source).toMatchObject({ release: 2, further: true });
    expect(service.plans.get(deploymentNumber(2))).toMatchObject({ kind: 'rollback' });
  });

  test('that names regions is refused while what is active has touched one, and nothing is aborted', async () => {
    const { service, handle, submit } = await lane('named-busy', canaryWaits);
    await submit('a');
    await inCanary(service);
    const only = { args: [{ ...rollback('r').args[0], regions: [eu] }] as [RollbackMessage] };
    expect(await handle.executeUpdate(rollbackUpdate, only)).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('named-busy/1 has touched a region: abort it first'),
    });
    expect([service.lock, service.rows.length]).toEqual([null, 1]);
    service.regions[eu]!.gate('watch:1').open();
  });

  test('of a deployment past its point of no return follows when that has succeeded', async () => {
    const { service, handle, submit, ended } = await lane('late', (fresh) => void fresh.regions[us]!.gate('finish'));
    await submit('a');
    await until(() => service.regions[us]!.gate('finish').waiting() > 0);
    expect(await handle.executeUpdate(rollbackUpdate, rollback('r'))).toEqual({ outcome: 'accepted', deployment: 2 });
    service.regions[us]!.gate('finish').open();
    await ended(2);
    expect(service.finished.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });
});

test('an idle lane that is told to look starts what another has opened without it', async () => {
  const { service, handle, status, ended } = await lane('looks');
  await until(async () => (await status()).active === null);
  wasStarted(service, false);
  await handle.signal(lookSignal);
  await ended(1);
  expect(service.rows[0]?.outcome).toBe('succeeded');
});

test('a lane that has taken two hundred updates continues in a new history and forgets nothing', async () => {
  const { service, handle, submit, status } = await lane('long', canaryWaits);
  await submit('a');
  await submit('b');
  await inCanary(service);
  const first = (await handle.describe()).runId;
  await handle.executeUpdate(lockUpdate, keyed('l', 'long'));
  for (let sent = 0; sent < updatesPerHistory; sent += 50)
    await Promise.all(Array.from({ length: 50 }, () => handle.executeUpdate(lockUpdate, keyed('l'))));
  const now = world.env.client.workflow.getHandle(handle.workflowId);
  await until(async () => (await now.describe()).runId !== first);
  const { active, queue, lock } = await status();
  expect([active?.deployment, queue.length, lock?.reason]).toEqual([1, 1, 'long']);
  expect(await submit('b')).toMatchObject({ outcome: 'repeated', deployment: 2 });
  expect(service.laneReads).toBe(1);
});
