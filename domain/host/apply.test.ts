import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GoalMode, Placement } from '../goal/goal.ts';
import type { DeploymentNumber, Digest, Generation, Position, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import { apply } from './apply.ts';
import type { TakenGoal } from './service-state.ts';
import { SimulatedHost } from './simulated-host.ts';

const digestOf = (letter: string): Digest => `sha256:${letter.repeat(64)}` as Digest;
const [a, b, c] = ['a', 'b', 'c'].map(digestOf) as [Digest, Digest, Digest];

interface GoalInput {
  readonly deployment: number;
  readonly generation: number;
  readonly base: Digest | null;
  readonly next?: Digest | null;
  readonly mode?: GoalMode;
  readonly allowed?: boolean;
  readonly keep?: readonly Digest[];
  readonly admitted?: boolean;
  readonly expiresAtMs?: number;
}

function goalOf(input: GoalInput): TakenGoal {
  const { deployment, generation, base, next = null, mode = 'advance', keep = [], allowed = true, admitted = true, expiresAtMs = 1e15 } = input;
  const placement = (digest: Digest | null): Placement | null =>
    digest && { release: { number: 1 as ReleaseNumber, digest }, selector: {} };
  const releases = [base, next].filter((digest): digest is Digest => digest !== null);
  return {
    goal: {
      service: 'checkout' as ServiceName, region: 'eu-west' as RegionName, generation: generation as Generation,
      attempt: { deployment: deployment as DeploymentNumber, local: 0 }, step: 's', mode, base: placement(base), next: placement(next),
      keep, cut: allowed ? ('f'.repeat(16) as Position) : null, canaries: [], admissions: [],
      issuedAt: '1970-01-01T00:00:00.000Z', expiresAt: '2100-01-01T00:00:00.000Z',
    },
    contentDigest: digestOf(String(generation % 10)),
    admitted: admitted && next !== null,
    admittedReleases: releases.filter((release) => admitted || release !== next).map((release) => ({ release, config: release })),
    position: '0'.repeat(16) as Position,
    selected: { base: base !== null, next: next !== null },
    etag: digestOf('e'), expiresAtMs, traceparent: null,
  };
}

/** A host on which `a` runs as the base. */
function hostOn(bad: readonly Digest[] = []): SimulatedHost {
  const host = new SimulatedHost(bad);
  host.see(goalOf({ deployment: 1, generation: 1, base: a }));
  host.run();
  return host;
}

const serviceOf = (host: SimulatedHost) => host.state.services.get(host.service)!;

describe('a host under goals', () => {
  it('fetches, switches, starts and confirms', () => {
    const host = hostOn();
    host.see(goalOf({ deployment: 2, generation: 2, base: a, next: b }));
    host.run();
    expect(host.world).toMatchObject({ current: b, trees: [a, b], started: [a, b] });
    expect(serviceOf(host)).toMatchObject({ trial: null, before: a, acting: false });
    expect(host.world.journal.slice(-7).map(({ type }) => type)).toEqual([
      'goalSeen', 'fetchStarted', 'fetched', 'switchIntended', 'switched', 'instanceStarted', 'confirmed',
    ]);
  });

  it.each<[string, GoalInput, Partial<SimulatedHost['world']>]>([
    ['a batch that is not allowed: staged, not run', { deployment: 2, generation: 2, base: a, next: b, allowed: false }, { current: a, trees: [a, b], started: [a] }],
    ['no admission: neither staged nor run', { deployment: 2, generation: 2, base: a, next: b, admitted: false }, { current: a, trees: [a], started: [a] }],
    ['a hold: stays', { deployment: 2, generation: 2, base: a, next: b, mode: 'hold' }, { current: a, trees: [a], started: [a] }],
    ['an undo to nothing: stops', { deployment: 2, generation: 2, base: null, mode: 'undo' }, { current: null, running: null }],
    ['an expired goal: installs nothing', { deployment: 2, generation: 2, base: a, next: b, expiresAtMs: 5 }, { current: a, trees: [a], started: [a] }],
    ['an expired undo: does not stop what runs', { deployment: 2, generation: 2, base: null, mode: 'undo', expiresAtMs: 5 }, { current: a, started: [a] }],
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
    for (const [deployment, base, next] of [[2, a, b], [3, b, c]] as const) {
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

const step = fc.record({
  kind: fc.constantFrom('begin', 'finish', 'hold', 'undo') as fc.Arbitrary<'begin' | 'finish' | 'hold' | 'undo'>,
  release: fc.constantFrom(b, c),
  killAfter: fc.integer({ min: -1, max: 9 }),
});

describe('promise 3: after any crash a host runs exactly the new or the previous release', () => {
  it('in every order of goals, failures and kills', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.subarray([b, c]), (steps, bad) => {
        const host = hostOn(bad);
        const region = { base: a as Digest, next: null as Digest | null, deployment: 1 };
        let generation = 1;
        for (const { kind, release, killAfter } of steps) {
          if (kind === 'begin') Object.assign(region, { next: release, deployment: region.deployment + 1 });
          // A region finishes only what its hosts run.
          if (kind === 'finish' && region.next !== null && host.world.running?.release === region.next && !bad.includes(region.next)) {
            Object.assign(region, { base: region.next, next: null });
          }
          const mode = kind === 'undo' || kind === 'hold' ? kind : 'advance';
          const before = host.world.running?.release;
          const floor = serviceOf(host).floor;
          host.see(goalOf({ ...region, generation: ++generation, mode }));
          host.run(killAfter);
          const { running, trees, current } = host.world;
          expect([before, region.base, region.next, undefined]).toContain(running?.release);
          if (current !== null) expect(trees).toContain(current);
          host.run();
          expect(serviceOf(host).floor!.generation).toBeGreaterThan(floor!.generation);
          expect(host.world.running?.release).toBe(host.world.current);
          expect(trees).toContain(region.base);
          const wanted = kind === 'undo' || region.next === null || bad.includes(region.next) ? region.base : null;
          if (wanted !== null && kind !== 'hold') expect(host.world.running?.release).toBe(wanted);
          if (kind === 'begin' && wanted === null) expect(host.world.running?.release).toBe(region.next);
          expect(serviceOf(host)).toMatchObject({ acting: false, fetching: null, trial: null });
        }
      }),
      { numRuns: 500 },
    );
  });
});
