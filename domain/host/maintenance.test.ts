import { describe, expect, test } from '@jest/globals';
import { isSettled, observedState } from './observed-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';

const [a, b] = releases;
const nowMs = 2_000_000;
const finished: GoalInput = { deployment: 1, generation: 2, base: a };
const coming: GoalInput = { deployment: 2, generation: 2, base: a, next: b };
const drained = (goal: GoalInput) => ({ ...goalOf(goal), maintenance: true as const });

describe('a host in maintenance stops what it runs, in good order', () => {
  test.each<[string, GoalInput]>([
    ['under a goal that is finished', finished],
    ['while a release is coming', coming],
    ['in a hold', { ...coming, mode: 'hold' }],
    ['in an undo', { ...coming, mode: 'undo' }],
    ['though its goal has expired', { ...finished, expiresAtMs: 1 }],
  ])('%s', (_when, goal) => {
    const host = hostOn();
    host.see(drained(goal));
    host.run();
    const service = host.state.services.get(host.service)!;
    expect([host.world.current, service.instance]).toEqual([null, null]);
    expect(observedState(host.state.host, service, nowMs)).toMatchObject({ state: 'maintenance', health: 'stopped' });
    expect(isSettled(host.state.host, service, nowMs)).toBe(true);
  });
});

test('out of maintenance a host does what its goal says by then', () => {
  const host = hostOn();
  host.see(drained(finished));
  host.run();
  host.see(goalOf(finished));
  host.run();
  expect(host.world.current).toBe(a);
  host.see(drained(coming));
  host.run();
  host.see(goalOf({ ...coming, generation: 3 }));
  host.run();
  expect(host.world.current).toBe(b);
});

test('a host that is pinned stays on its pin, and says so', () => {
  const host = hostOn();
  const service = host.state.services.get(host.service)!;
  const pinned = { ...service, pin: a, goal: drained(coming) };
  expect(observedState(host.state.host, pinned, nowMs)).toMatchObject({ state: 'pinned' });
});
