import { describe, expect, test } from '@jest/globals';
import { startHealth } from './health.ts';
import { isActing, isSettled, observedState, type ObservedState } from './observed-state.ts';
import type { ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import type { GoalInput } from './simulated-goals.ts';
import type { SimulatedHost } from './simulated-host.ts';

const [a, b, c] = releases;
const settled = ({ state, service }: SimulatedHost): boolean =>
  isSettled(state.host, state.services.get(service)!, 2_000_000);
const coming: GoalInput = { deployment: 2, generation: 2, base: a, next: b };

describe('a host is settled, and reports no more often than its region needs', () => {
  test.each<[string, GoalInput, boolean]>([
    ['under a goal that is finished', { deployment: 1, generation: 2, base: a }, true],
    ['while a release is coming, and it runs that', coming, true],
    ['while a release is coming, and it waits for its batch', { ...coming, allowed: false }, true],
    ['in a hold that it met before its batch', { ...coming, mode: 'hold' }, true],
    ['after an undo that found it on the base', { ...coming, mode: 'undo' }, true],
    ['after the undo of a first deployment, running nothing', { ...coming, base: null, mode: 'undo' }, true],
  ])('%s: %s', (_when, goal, expected) => {
    const host = hostOn();
    host.see(goalOf(goal));
    host.run();
    expect(settled(host)).toBe(expected);
  });

  test('only once it is back, when an undo finds it on the release', () => {
    const host = hostOn();
    host.see(goalOf(coming));
    host.run();
    host.see(goalOf({ ...coming, generation: 3, mode: 'undo' }));
    expect(settled(host)).toBe(false);
    host.run();
    expect(settled(host)).toBe(true);
  });

  test('in a hold that it met on the release, once that is healthy', () => {
    const host = hostOn();
    host.see(goalOf(coming));
    host.run(7);
    host.see(goalOf({ ...coming, generation: 3, mode: 'hold' }));
    expect(settled(host)).toBe(false);
    host.run();
    expect(settled(host)).toBe(true);
  });

  test('not while it goes from a kept release to the base, though it refused the one that came', () => {
    const host = hostOn([c]);
    host.see(goalOf(coming));
    host.run();
    host.see(goalOf({ deployment: 3, generation: 3, base: a, next: c, keep: [b] }));
    host.run();
    expect(host.world.current).toBe(b);
    host.see(goalOf({ deployment: 3, generation: 4, base: a, next: c, mode: 'undo' }));
    expect(settled(host)).toBe(false);
    host.run();
    expect(host.world.current).toBe(a);
    expect(settled(host)).toBe(true);
  });
});

test('a host that refused a release is `reverted` until that is undone: then it is as its goal wants it', () => {
  const host = hostOn([b]);
  const stateNow = (): string =>
    observedState(host.state.host, host.state.services.get(host.service)!, 2_000_000).state;
  host.see(goalOf(coming));
  host.run();
  expect([host.world.current, stateNow()]).toEqual([a, 'reverted']);
  host.see(goalOf({ ...coming, generation: 3, mode: 'undo' }));
  host.run();
  expect([host.world.current, stateNow()]).toEqual([a, 'healthy']);
});

describe('a host tells its region', () => {
  const { state, service } = hostOn();
  const running = state.services.get(service)!;
  const told = (goal: GoalInput, more: Partial<ServiceState> = {}, nowMs = 2_000_000) =>
    observedState(state.host, { ...running, goal: goalOf(goal), ...more }, nowMs);
  const finished: GoalInput = { deployment: 1, generation: 2, base: a };
  const health = { ...startHealth(0), phase: 'healthy' } as const;
  const starting = { ...startHealth(0), reason: 'answered 503' };
  const refused = [{ deployment: goalOf(coming).goal.attempt.deployment, digest: b, reason: 'answered 500' }];
  const { attempt, generation } = goalOf(coming).goal;
  const trial = { kind: 'forward', from: a, to: b, attempt, generation, stage: 'switched' } as const;
  const full = { failures: 1, retryAtMs: 9, reason: 'no space left' };

  test.each<[string, ObservedState, ObservedState]>([
    ['that all is well', told(finished), { state: 'healthy', health: 'healthy', reason: null }],
    ['that it is pinned', told(coming, { pin: a }), { state: 'pinned', health: 'healthy', reason: null }],
    [
      'that it waits for its batch',
      told({ ...coming, allowed: false }, { onDisk: [a, b] }),
      { state: 'pending', health: 'healthy', reason: null },
    ],
    ['that it fetches', told(coming), { state: 'fetching', health: 'healthy', reason: null }],
    [
      'that it fetches, and what stands in the way',
      told(coming, { fetchProblem: full }),
      { state: 'fetching', health: 'healthy', reason: 'no space left' },
    ],
    [
      'that it is about to switch',
      told(coming, { onDisk: [a, b] }),
      { state: 'switching', health: 'healthy', reason: null },
    ],
    ['that a switch is on trial', told(coming, { trial }), { state: 'switching', health: 'healthy', reason: null }],
    [
      'that it refused the release, and why',
      told(coming, { refused }),
      { state: 'reverted', health: 'healthy', reason: 'answered 500' },
    ],
    [
      'that it refused the base, which an undo asks for all the same',
      told(
        { ...coming, next: null, base: b, mode: 'undo' },
        { refused, current: b, onDisk: [b], health, instance: { ...running.instance!, release: b } },
      ),
      { state: 'healthy', health: 'healthy', reason: null },
    ],
    [
      'that its instance starts, and what the last look said',
      told(finished, { health: starting }),
      { state: 'pending', health: 'starting', reason: 'answered 503' },
    ],
    [
      'that nobody could look, though it was well',
      told(finished, { health: { ...health, unknowns: 2, reason: 'EMFILE' } }),
      { state: 'healthy', health: 'unknown', reason: 'EMFILE' },
    ],
    [
      'that what ran has ended',
      told(finished, { instance: null, health: null }),
      { state: 'pending', health: 'stopped', reason: null },
    ],
    [
      'that what runs has failed',
      told(finished, { failure: { release: a, reason: 'ended 3 times' } }),
      { state: 'healthy', health: 'unhealthy', reason: 'ended 3 times' },
    ],
    [
      'that another release has failed, which says nothing of this one',
      told(finished, { failure: { release: b, reason: 'old' } }),
      { state: 'healthy', health: 'healthy', reason: 'old' },
    ],
    [
      'what its last act ran into, before all else',
      told(coming, { problem: 'disk full', failure: { release: a, reason: 'bad' } }),
      { state: 'fetching', health: 'unhealthy', reason: 'disk full' },
    ],
    [
      'that the release has no admission',
      told({ ...coming, admitted: false }),
      { state: 'pending', health: 'healthy', reason: `no admission covers ${b}` },
    ],
    [
      'that the goal has expired',
      told({ ...finished, expiresAtMs: 2_000_000 }),
      { state: 'healthy', health: 'healthy', reason: 'the goal has expired: nothing is installed' },
    ],
    [
      'nothing of an expiry to come',
      told({ ...finished, expiresAtMs: 2_000_001 }),
      { state: 'healthy', health: 'healthy', reason: null },
    ],
  ])('%s', (_what, observed, expected) => {
    expect(observed).toEqual(expected);
  });

  test('that its clock is ahead, where that is why the goal has expired for it', () => {
    const goal = goalOf({ ...finished, expiresAtMs: 1 });
    const day = 86_400_000;
    const by = (aheadMs: number | null) => observedState(state.host, { ...running, goal }, 2_000_000, aheadMs).reason;
    const expired = 'the goal has expired: nothing is installed';
    expect(by(365 * day)).toBe(`${expired}; this host's clock is 365 d ahead of its gateway's`);
    expect([by(null), by(0), by(-365 * day)]).toEqual([expired, expired, expired]);
  });

  test('that it has no goal yet', () => {
    const none = observedState(state.host, { ...running, goal: null }, 2_000_000);
    expect(none).toEqual({ state: 'pending', health: 'healthy', reason: null });
  });

  test('that nobody vouches for its base, unless it is there already', () => {
    const goal = { ...goalOf(finished), admittedReleases: [] };
    const of = (more: Partial<ServiceState>) => observedState(state.host, { ...running, goal, ...more }, 0).reason;
    expect(of({})).toBeNull();
    expect(of({ onDisk: [] })).toBe(`no admission covers the base ${a}`);
    expect(of({ onDisk: [], goal: goalOf(finished) })).toBeNull();
    expect(of({ onDisk: [], goal: { ...goal, selected: { base: false, next: false } } })).toBeNull();
  });

  test('that nothing runs where nothing is to', () => {
    const nothing = { current: null, instance: null, health: null };
    const undone: GoalInput = { deployment: 1, generation: 2, base: null, mode: 'undo' };
    expect(told(undone, nothing)).toEqual({ state: 'healthy', health: 'stopped', reason: null });
    expect(told(undone, { ...nothing, instance: running.instance }).state).toBe('pending');
  });
});

test('a host without a goal is settled, and one on trial is not', () => {
  const host = hostOn();
  const service = host.state.services.get(host.service)!;
  const { attempt, generation } = goalOf(coming).goal;
  const trial = { kind: 'forward', from: null, to: a, attempt, generation, stage: 'switched' } as const;
  expect(isSettled(host.state.host, { ...service, goal: null }, 0)).toBe(true);
  expect(isSettled(host.state.host, { ...service, trial, pin: a }, 0)).toBe(false);
});

test('a host is about to have news from the goal on until what came is healthy, also when that is tried for long', () => {
  const host = hostOn();
  const acting = () => isActing(host.state.host, host.state.services.get(host.service)!, 2_000_000);
  expect(acting()).toBe(false);
  host.see(goalOf(coming));
  const heard: boolean[] = [];
  while (heard.length < 40 && !settled(host)) {
    heard.push(acting());
    host.run(1);
  }
  const service = host.state.services.get(host.service)!;
  expect([service.current, acting()]).toEqual([b, false]);
  expect(heard).not.toContain(false);
  const { attempt, generation } = goalOf(coming).goal;
  const trial = { kind: 'forward', from: a, to: b, attempt, generation, stage: 'switched' } as const;
  const actingIn = (more: Partial<ServiceState>) =>
    isActing(host.state.host, { ...service, trial, ...more }, 2_000_000);
  expect([actingIn({}), actingIn({ health: null }), actingIn({ instance: null })]).toEqual([false, true, true]);
});
