import { describe, expect, test } from '@jest/globals';
import { isSettled, observedState } from './observed-state.ts';
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
    ['while a release is coming, and it runs that', coming, false],
    ['while a release is coming, and it waits for its batch', { ...coming, allowed: false }, false],
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
