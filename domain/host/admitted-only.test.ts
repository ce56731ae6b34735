import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../names.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';
import type { TakenGoal } from './service-state.ts';

const [a, b, c] = releases;
/** No admission of `c` is ever signed: only whoever holds the admission key could, and a region doesn't. */
const admitted = [a, b];

interface Written {
  readonly base: Digest | null;
  readonly next: Digest | null;
  readonly keep: readonly Digest[];
  readonly mode: 'advance' | 'hold' | 'undo';
  readonly allowed: boolean;
  readonly admissions: readonly Digest[];
  readonly newDeployment: boolean;
  readonly killAfterSteps: number;
}

const release = fc.option(fc.constantFrom(...releases));
/** Whatever a region's director signs: any release in any place, with any of the admissions that there are. */
const goals = fc.array(
  fc.record<Written>({
    base: release,
    next: release,
    keep: fc.subarray(releases),
    mode: fc.constantFrom('advance', 'hold', 'undo'),
    allowed: fc.boolean(),
    admissions: fc.subarray(admitted),
    newDeployment: fc.boolean(),
    killAfterSteps: fc.integer({ min: -1, max: 12 }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** As an agent hands it in that has found these admissions beside the goal, and each of them in order. */
function taken(written: Written, deployment: number, generation: number): TakenGoal {
  const admittedReleases = written.admissions.map((digest) => ({ release: digest, config: digest }));
  const covered = written.admissions.some((digest) => digest === written.next);
  return { ...goalOf({ ...written, deployment, generation }), admitted: covered, admittedReleases };
}

test('promise 1: whatever goals a region and the centre write, a host runs no release that was not admitted', () => {
  fc.assert(
    fc.property(goals, fc.subarray([b]), (sequence, bad) => {
      const host = hostOn(bad);
      let deployment = 2;
      for (const [place, written] of sequence.entries()) {
        deployment += Number(written.newDeployment);
        host.see(taken(written, deployment, place + 2));
        host.run(written.killAfterSteps);
        host.run();
      }
      expect(host.world.started).not.toContain(c);
      expect(host.world.trees).not.toContain(c);
      expect(host.world.current).not.toBe(c);
    }),
    { numRuns: 500 },
  );
});

test('an admitted release is run in the same way, so the promise is not kept by running nothing', () => {
  const host = hostOn();
  const written = { base: a, next: b, keep: [], mode: 'advance', allowed: true, newDeployment: true } as const;
  host.see(taken({ ...written, admissions: [b], killAfterSteps: -1 }, 2, 2));
  host.run();
  expect(host.world.started).toContain(b);
});
