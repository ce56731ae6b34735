import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../names.ts';
import { apply } from './apply.ts';
import { decideRollback, type LocalRollback } from './local-rollback.ts';
import type { ServiceState, Trial } from './service-state.ts';
import { goalOf, hostOn, releases, type GoalInput } from './simulated-goals.ts';
import type { SimulatedHost } from './simulated-host.ts';

const [a, b, c] = releases;
const d = `sha256:${'d'.repeat(64)}` as Digest;
const { state, service } = hostOn();
const atRest = state.services.get(service)!;
const serviceOf = (host: SimulatedHost): ServiceState => host.state.services.get(host.service)!;

const coming: GoalInput = { deployment: 2, generation: 2, base: b, next: c };
const finished: GoalInput = { ...coming, base: c, next: null };
const undone: GoalInput = { ...coming, mode: 'undo' };
const trialOf = (from: Digest | null, to: Digest | null, kind: Trial['kind'] = 'forward'): Trial => {
  const { attempt, generation } = goalOf(coming).goal;
  return { kind, from, to, attempt, generation, stage: 'switched' };
};
const on = (goal: GoalInput, more: Partial<ServiceState>): LocalRollback =>
  decideRollback({ ...atRest, goal: goalOf(goal), onDisk: [a, b, c, d], ...more });
const back = (release: Digest, repeats = false): LocalRollback => ({ outcome: 'rollback', release, repeats });
const refused = (reason: string): LocalRollback => ({ outcome: 'refused', reason });
const nothing = refused('no other release ran here before');

describe("an operator's rollback goes", () => {
  const former = { previous: a, formerBase: a };
  test.each<[string, LocalRollback, LocalRollback]>([
    [
      'at rest to the base before this one',
      on(finished, { current: c, before: b, previous: b, formerBase: b }),
      back(b),
    ],
    ['there also before its link was moved', on(finished, { current: c, previous: a, formerBase: b }), back(b)],
    [
      'from a release on trial to the base',
      on(coming, { current: c, before: b, trial: trialOf(b, c), ...former }),
      back(b),
    ],
    ['from one that is proven to the base', on(coming, { current: c, before: b, ...former }), back(b)],
    ['from a switch that has just begun back', on(coming, { current: b, trial: trialOf(b, c), before: b }), back(b)],
    [
      'to a kept release that ran until now',
      on({ ...coming, keep: [d] }, { current: c, before: d, ...former }),
      back(d),
    ],
    ['not to one that nobody keeps', on(coming, { current: c, before: d, ...former }), back(b)],
    ['to what is there when the base is not', on(coming, { current: c, before: d, onDisk: [c, d] }), back(d)],
    ['from a kept release to the base', on({ ...coming, keep: [d] }, { current: d, before: a }), back(b)],
    [
      'from a base to which it is just on its way',
      on(finished, { current: c, trial: trialOf(b, c), before: b }),
      back(b),
    ],
    ['on with an undo', on(undone, { current: b, before: c, trial: trialOf(c, b), ...former }), back(b)],
    ['where an undo has not begun to go', on(undone, { current: c, before: b, ...former }), back(b)],
    ['one further after an undo, never forward', on(undone, { current: b, before: c, ...former }), back(a)],
    ['on with a revert', on(coming, { current: b, before: b, trial: trialOf(c, b, 'revert'), ...former }), back(b)],
    ['one further after a revert', on(coming, { current: b, before: b, ...former }), back(a)],
    ['to what ran, where nothing may run', on(coming, { current: null, before: b }), back(b)],
    [
      'by its links, when the memory is lost',
      decideRollback({ ...atRest, goal: null, previous: b, onDisk: [a, b] }),
      back(b),
    ],
    ['nowhere else when it is pinned', on(coming, { current: c, before: b, pin: a, ...former }), back(a, true)],
    ['nowhere after a first deployment', on({ ...finished, base: c }, { current: c }), nothing],
    ['nowhere in one', on({ ...coming, base: null }, { current: c, trial: trialOf(null, c) }), nothing],
    ['nowhere when the undo leads to nothing', on(undone, { current: c, trial: trialOf(c, null) }), nothing],
    [
      'nowhere without the tree',
      on(finished, { current: c, previous: b, formerBase: b, onDisk: [c] }),
      refused(`${b}, which ran before, is not whole on this disk`),
    ],
    [
      'nowhere when it is pinned to what is gone',
      on(finished, { current: c, pin: b, previous: a, onDisk: [a, c] }),
      refused(`pinned to ${b}, which is not whole on this disk`),
    ],
  ])('%s', (_where, decided, expected) => {
    expect(decided).toEqual(expected);
  });
});

describe('a pinned host', () => {
  const update = { deployment: 2, generation: 2, base: a, next: b };

  it('switches, keeps to its pin over every goal and kill, and obeys its goal again when unpinned', () => {
    const host = hostOn();
    host.see(goalOf(update));
    host.run();
    expect(host.rollBack()).toEqual(back(a));
    host.run();
    expect(host.world).toMatchObject({ current: a, started: [a, b, a] });
    expect(host.rollBack()).toEqual(back(a, true));
    host.see(goalOf({ deployment: 2, generation: 3, base: b }));
    host.run(0);
    host.run();
    host.see(goalOf({ deployment: 3, generation: 4, base: b, next: c }));
    host.run();
    expect(host.world).toMatchObject({ current: a, started: [a, b, a] });
    host.unpin();
    host.run();
    expect(host.world.current).toBe(c);
  });

  it('goes back by a goal that has expired, and stays on a release that fails there', () => {
    const host = hostOn([a]);
    host.see(goalOf({ ...update, base: a, next: b, expiresAtMs: 1_000_300 }));
    host.run();
    expect(host.world.current).toBe(b);
    host.see(goalOf({ ...update, generation: 3, expiresAtMs: 5 }));
    host.rollBack();
    host.run();
    expect(host.world.current).toBe(a);
    expect(serviceOf(host)).toMatchObject({ refused: [], health: { phase: 'unhealthy' } });
  });

  it('goes back without a goal, when it has lost its memory', () => {
    const lost = { ...atRest, goal: null, floor: null, current: a, previous: b, onDisk: [a, b] };
    const { effects } = apply(
      { ...state, services: new Map([[service, lost]]) },
      { type: 'pinned', service, release: b, atMs: 5 },
    );
    expect(effects).toMatchObject([{ do: 'switch', kind: 'forward', from: a, to: b, generation: 0 }]);
  });

  const step = fc.record({
    kind: fc.constantFrom('begin', 'finish', 'hold', 'undo', 'rollback', 'unpin'),
    release: fc.constantFrom(b, c),
    killAfter: fc.integer({ min: -1, max: 9 }),
  });

  it('runs its pin in every order of goals, failures and kills, and no tree of a way back is collected', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), fc.subarray([b, c]), (steps, bad) => {
        const host = hostOn(bad);
        const region = { base: a as Digest, next: null as Digest | null, deployment: 1 };
        let generation = 1;
        for (const { kind, release, killAfter } of steps) {
          const decided = kind === 'rollback' ? host.rollBack() : null;
          const goesTo = decided?.outcome === 'rollback' ? [decided.release] : [];
          expect(host.world.trees).toEqual(expect.arrayContaining(goesTo));
          if (kind === 'unpin') host.unpin();
          else if (kind !== 'rollback') {
            if (kind === 'begin') Object.assign(region, { next: release, deployment: region.deployment + 1 });
            if (kind === 'finish' && region.next !== null) Object.assign(region, { base: region.next, next: null });
            const mode = kind === 'undo' || kind === 'hold' ? kind : 'advance';
            host.see(goalOf({ ...region, generation: ++generation, mode }));
          }
          host.run(killAfter);
          host.run();
          const { pin, current, before, previous, trial } = serviceOf(host);
          expect(host.world.running?.release ?? null).toBe(current);
          const kept = pin === null ? [] : [pin, before, previous].filter((tree) => tree !== null);
          expect(host.world.trees).toEqual(expect.arrayContaining(kept));
          // A pin whose release fails stays on trial for ever: nothing may revert it.
          const obeyed = pin === null || (current === pin && (trial === null || bad.includes(pin)));
          expect(obeyed).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
