import { describe, expect, it } from '@jest/globals';
import { apply, nextWakeMs } from './apply.ts';
import type { ServiceState } from './service-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';
import { SimulatedHost } from './simulated-host.ts';

const [a, b, c] = releases;

const serviceOf = (host: SimulatedHost) => host.state.services.get(host.service)!;

describe('a host under goals', () => {
  it('fetches, switches, starts and confirms', () => {
    const host = hostOn();
    host.see(goalOf({ deployment: 2, generation: 2, base: a, next: b }));
    host.run();
    expect(host.world).toMatchObject({ current: b, trees: [a, b], started: [a, b] });
    expect(serviceOf(host)).toMatchObject({ trial: null, before: a, acting: false });
    expect(host.world.journal.slice(-7).map(({ type }) => type)).toEqual([
      'goalSeen',
      'fetchStarted',
      'fetched',
      'switchIntended',
      'switched',
      'instanceStarted',
      'confirmed',
    ]);
  });

  it.each<[string, GoalInput, Partial<SimulatedHost['world']>]>([
    [
      'a batch that is not allowed: staged, not run',
      { deployment: 2, generation: 2, base: a, next: b, allowed: false },
      { current: a, trees: [a, b], started: [a] },
    ],
    [
      'no admission: neither staged nor run',
      { deployment: 2, generation: 2, base: a, next: b, admitted: false },
      { current: a, trees: [a], started: [a] },
    ],
    [
      'a hold: stays',
      { deployment: 2, generation: 2, base: a, next: b, mode: 'hold' },
      { current: a, trees: [a], started: [a] },
    ],
    [
      'an undo to nothing: stops',
      { deployment: 2, generation: 2, base: null, mode: 'undo' },
      { current: null, running: null },
    ],
    [
      'an expired goal: installs nothing',
      { deployment: 2, generation: 2, base: a, next: b, expiresAtMs: 5 },
      { current: a, trees: [a], started: [a] },
    ],
    [
      'an expired undo: does not stop what runs',
      { deployment: 2, generation: 2, base: null, mode: 'undo', expiresAtMs: 5 },
      { current: a, started: [a] },
    ],
  ])('%s', (_what, goal, world) => {
    const host = hostOn();
    host.see(goalOf(goal));
    host.run();
    expect(host.world).toMatchObject(world);
  });

  it('goes back at once when the goal changes in the middle of a trial, and never calls the unproven release a way back', () => {
    const host = hostOn();
    host.see(goalOf({ deployment: 2, generation: 2, base: a, next: b }));
    host.run(5);
    host.see(goalOf({ deployment: 2, generation: 3, base: a, next: b, mode: 'undo' }));
    host.run();
    expect(host.world.current).toBe(a);
    expect(serviceOf(host)).toMatchObject({ trial: null, before: a });
  });

  it('moves previous when the base moves, not before, and keeps no tree beyond', () => {
    const host = hostOn();
    for (const [deployment, base, next] of [
      [2, a, b],
      [3, b, c],
    ] as const) {
      host.see(goalOf({ deployment, generation: deployment * 2, base, next }));
      host.run();
      expect(host.world.previous).toBe(deployment === 2 ? null : a);
      host.see(goalOf({ deployment, generation: deployment * 2 + 1, base: next }));
      host.run();
      expect(host.world.previous).toBe(base);
    }
    expect(host.world.trees).toEqual([b, c]);
  });

  it('runs another whole release while a damaged one is fetched again', () => {
    const host = hostOn();
    host.see(goalOf({ deployment: 2, generation: 2, base: a, next: b }));
    host.run();
    host.world.trees = [a];
    host.world.running = null;
    const found = { service: host.service, current: b, previous: null, onDisk: [a], instance: null, exit: null };
    const { effects } = apply(host.state, { type: 'recovered', services: [found], atMs: 2_000_000 });
    expect(effects).toMatchObject([{ do: 'switch', to: a }]);
  });
});

describe('a host whose release fails', () => {
  it('reverts, refuses it in this deployment, and tries it again in the next', () => {
    const host = hostOn([b]);
    host.see(goalOf({ deployment: 2, generation: 2, base: a, next: b }));
    host.run();
    host.see(goalOf({ deployment: 2, generation: 3, base: a, next: b }));
    host.run();
    expect(host.world).toMatchObject({ current: a, started: [a, b, a] });
    expect(serviceOf(host).refused).toEqual([{ deployment: 2, digest: b, reason: 'answered 500' }]);
    host.see(goalOf({ deployment: 3, generation: 4, base: a, next: b }));
    host.run();
    expect(host.world).toMatchObject({ current: a, started: [a, b, a, b, a] });
  });

  it('completes a revert to a kept release, instead of going on to the base', () => {
    const killedAfter = (steps: number): SimulatedHost => {
      const host = hostOn([b]);
      host.see(goalOf({ deployment: 2, generation: 2, base: a, next: c }));
      host.run();
      host.see(goalOf({ deployment: 3, generation: 3, base: a, next: b, keep: [c] }));
      host.run(steps);
      return host;
    };
    const reverting = Array.from({ length: 15 }, (_, steps) => killedAfter(steps)).filter(({ world }) => {
      const last = world.journal.at(-1);
      return last?.type === 'switchIntended' && last.kind === 'revert' && world.current === b;
    });
    expect(reverting).toHaveLength(1);
    reverting[0]!.run();
    expect(reverting[0]!.world).toMatchObject({ current: c, started: [a, c, b, c] });
  });

  it('does not fetch a base that nobody admitted', () => {
    const host = new SimulatedHost([]);
    const goal = goalOf({ deployment: 1, generation: 1, base: a, next: b });
    host.see({ ...goal, admittedReleases: goal.admittedReleases.filter(({ release }) => release === b) });
    host.run();
    expect(host.world).toMatchObject({ trees: [], started: [] });
  });

  it('stays on a base that fails in an undo', () => {
    const host = new SimulatedHost([a]);
    host.see(goalOf({ deployment: 1, generation: 1, base: a, mode: 'undo' }));
    host.run();
    expect(host.world).toMatchObject({ current: a, started: [a] });
    expect(serviceOf(host).health?.phase).toBe('unhealthy');
  });
});

describe('a host that waits is woken', () => {
  const { state, service } = hostOn();
  const wake = (more: Partial<ServiceState>, nowMs = 1_000): number | null =>
    nextWakeMs({ ...state, services: new Map([[service, { ...state.services.get(service)!, ...more }]]) }, nowMs);
  const problem = { failures: 1, retryAtMs: 5_000, reason: 'no peer' };

  it.each<[string, number | null, number | null]>([
    ['by nothing when it has nothing to wait for', wake({}), null],
    ['when an act may be tried again', wake({ actAfterMs: 3_000 }), 3_000],
    ['when a fetch may be tried again', wake({ fetchProblem: problem }), 5_000],
    ['when what ended may be started again', wake({ instance: null, exits: [1_000, 1_001] }), 2_001],
    ['for what runs by no end of before', wake({ exits: [1_000, 1_001] }), null],
    ['by what comes first', wake({ actAfterMs: 6_000, fetchProblem: problem }), 5_000],
    ['by nothing that is over', wake({ actAfterMs: 1_000 }), null],
  ])('%s', (_when, atMs, expected) => {
    expect(atMs).toBe(expected);
  });
});

it('a clock that goes back lets no goal live longer', () => {
  const host = hostOn();
  const issued = new Date(8_000_000).toISOString();
  const goal = goalOf({ deployment: 2, generation: 2, base: a, next: b, expiresAtMs: 8_000_000 });
  const seen = {
    type: 'goalSeen',
    service: host.service,
    goal: { ...goal, goal: { ...goal.goal, issuedAt: issued } },
    provenUntilMs: 1e15,
  } as const;
  expect(apply(host.state, { ...seen, atMs: 1_000_000 }).effects).toEqual([]);
  expect(apply(host.state, { ...seen, goal, atMs: 1_000_000 }).effects).toMatchObject([{ do: 'fetch', release: b }]);
});

it('an act that is handed out is not handed out twice, nor is a fetch', () => {
  const host = hostOn();
  const first = apply(host.state, {
    type: 'goalSeen',
    service: host.service,
    goal: goalOf({ deployment: 2, generation: 2, base: a, next: b }),
    provenUntilMs: 1e15,
    atMs: 2_000_000,
  });
  expect(first.effects).toMatchObject([{ do: 'fetch' }]);
  expect(apply(first.state, { type: 'tick', atMs: 2_000_001 }).effects).toEqual([]);
  const fetched = apply(first.state, { type: 'fetched', service: host.service, release: b, atMs: 2_000_002 });
  expect(fetched.effects).toMatchObject([{ do: 'switch', to: b }]);
  expect(apply(fetched.state, { type: 'tick', atMs: 2_000_003 }).effects).toEqual([]);
});
