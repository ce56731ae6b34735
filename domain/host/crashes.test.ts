import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../names.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import type { SimulatedHost } from './simulated-host.ts';

const [a, b, c] = releases;
const serviceOf = (host: SimulatedHost) => host.state.services.get(host.service)!;

const step = fc.record({
  kind: fc.constantFrom('begin', 'finish', 'hold', 'undo') as fc.Arbitrary<'begin' | 'finish' | 'hold' | 'undo'>,
  release: fc.constantFrom(b, c),
  killAfter: fc.integer({ min: -1, max: 9 }),
});

interface Region {
  readonly base: Digest;
  readonly next: Digest | null;
}

/** What a host with nothing left to do may run: after a hold whatever it had reached, else the one right release. */
function settledOn(
  kind: 'begin' | 'finish' | 'hold' | 'undo',
  { base, next }: Region,
  bad: readonly Digest[],
): readonly Digest[] {
  const good = next === null || bad.includes(next) ? base : next;
  if (kind === 'hold') return [base, good];
  return kind === 'undo' ? [base] : [good];
}

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
          if (
            kind === 'finish' &&
            region.next !== null &&
            host.world.running?.release === region.next &&
            !bad.includes(region.next)
          ) {
            Object.assign(region, { base: region.next, next: null });
          }
          const mode = kind === 'undo' || kind === 'hold' ? kind : 'advance';
          const before = host.world.running?.release;
          const floor = serviceOf(host).floor;
          host.see(goalOf({ ...region, generation: ++generation, mode }));
          host.run(killAfter);
          const { running, trees, current } = host.world;
          // Nothing may run while one instance makes room for the other.
          expect([before, region.base, region.next, undefined]).toContain(running?.release);
          expect([...trees, null]).toContain(current);
          host.run();
          expect(serviceOf(host).floor!.generation).toBeGreaterThan(floor!.generation);
          expect(host.world.running?.release).toBe(host.world.current);
          expect(trees).toContain(region.base);
          expect(settledOn(kind, region, bad)).toContain(host.world.running?.release);
          expect(serviceOf(host)).toMatchObject({ acting: false, fetching: null, trial: null });
        }
      }),
      { numRuns: 500 },
    );
  });
});
