/** What holds however steps are delayed, repeated, lost or overtaken (docs/design.md §8, promises 5 and 10). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askedAnew } from './asked-anew.ts';
import { compareAttempts } from './attempt.ts';
import { decideStep } from './fencing.ts';
import type { GoalRow } from './goal.ts';
import { decideHost } from './host-rule.ts';
import { hostId, type Digest } from '../names.ts';
import { attempt, memory, position, verified, where } from './testing/given.ts';
import { newModel, releaseOf, run } from './testing/region-model.ts';
import type { Command, RegionModel, Watcher } from './testing/region-model.ts';

const nat = fc.nat({ max: 200 });
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('issue' as const),
        kind: fc.constantFrom('begin', 'begin', 'advance', 'advance', 'finish', 'hold', 'resume', 'undo'),
        cut: fc.constantFrom('1', '3', '5', '7', '9'),
        arrives: fc.boolean(),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const), which: nat }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('close' as const),
        how: fc.constantFrom('held', 'skipped', 'unresolved'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('local' as const), verb: fc.constantFrom('hold', 'rollback') }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('poll', 'poll', 'poll old', 'fail'),
        host: fc.nat({ max: 2 }),
        which: nat,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), byMs: fc.integer({ min: -5, max: 20 }) }) },
  ),
  { minLength: 1, maxLength: 60 },
) as fc.Arbitrary<readonly Command[]>;

function always(watch: Watcher, afterEach: (model: RegionModel) => void = () => undefined): void {
  fc.assert(
    fc.property(commands, (list) => {
      const model = newModel();
      for (const command of list) {
        run(model, command, watch);
        afterEach(model);
      }
    }),
    { numRuns: 2_000 },
  );
}

test('generations and attempts never go down, and no generation is written twice', () => {
  always((before, decision, _step, { row }) => {
    if (before === null || row === null) return;
    expect(row.generation > before.generation).toBe(decision.outcome === 'written');
    expect(compareAttempts(row.attempt, before.attempt)).toBeGreaterThanOrEqual(0);
    expect(row.generation).toBeGreaterThanOrEqual(before.generation);
  });
});

test('after an undo nothing else of that deployment is written', () => {
  always((before, decision) => {
    if (before?.mode !== 'undo' || decision.outcome !== 'written') return;
    expect(decision.row.attempt.deployment).toBeGreaterThan(before.attempt.deployment);
  });
});

test('an undone release is never kept, nor the base', () => {
  always((_before, decision, step, { row, outcomes }) => {
    if (decision.outcome !== 'written' || row === null || step === null || !('outcomes' in step)) return;
    const known = new Set(
      step.outcomes.filter(({ outcome }) => outcome === 'undone').map(({ deployment }) => deployment),
    );
    for (const deployment of known) {
      expect(outcomes.get(deployment)).toBe('undone');
      expect([...row.keep, row.base?.release.digest]).not.toContain(releaseOf(deployment).release.digest);
    }
  });
});

test('what was undone in the region itself is not kept either, whatever the centre has heard', () => {
  always((before, decision) => {
    if (before === null || before.mode !== 'undo' || before.next === null || decision.outcome !== 'written') return;
    const { keep, base } = decision.row;
    expect([...keep, base?.release.digest]).not.toContain(before.next.release.digest);
  });
});

test('a step that goes forward is accepted only from who knows the row, and never in a hold', () => {
  always((before, decision, step) => {
    if (decision.outcome !== 'written' || (step?.kind !== 'advance' && step?.kind !== 'finish')) return;
    const { attempt: of, generation } = step;
    expect(before).toMatchObject({ attempt: of, generation, mode: 'advance' });
  });
});

test('a step delivered again at once gives the same answer and writes nothing', () => {
  always((_before, decision, step, { row, nowMs }) => {
    if (decision.outcome !== 'written' || step === null) return;
    const floors = { centre: decision.answer.generation, hosts: decision.answer.generation, nowMs: nowMs + 1_000 };
    expect(decideStep(row, step, floors, where)).toEqual({ outcome: 'repeat', answer: decision.answer });
  });
});

test('the cut never falls within a deployment until its finish', () => {
  always((before, decision, step) => {
    if (before === null || before.cut === null || decision.outcome !== 'written' || step?.kind === 'finish') return;
    if (decision.row.attempt.deployment !== before.attempt.deployment) return;
    expect(decision.row.cut! >= before.cut).toBe(true);
  });
});

test('a finished release is the base of what follows, until another is finished or someone inside rolls back', () => {
  always((before, decision, step) => {
    if (before === null || decision.outcome !== 'written' || step === null) return;
    const { base } = decision.row;
    if (base?.release.digest === before.base?.release.digest) return;
    expect(base).toEqual(before.next);
    expect(decision.row.previous).toEqual(before.base);
  });
});

test('a begin sends nobody back, unless a deployment before it was undone', () => {
  always((before, decision, step, { hosts }) => {
    if (before === null || decision.outcome !== 'written' || step?.kind !== 'begin') return;
    if (before.mode === 'undo' || step.outcomes.some(({ outcome }) => outcome === 'undone')) return;
    const moved = decision.row.base?.release.digest !== before.base?.release.digest;
    for (const host of hosts) {
      if (!settled(before, host)) continue;
      const told = decideHost(verified(decision.row, { position: position(host.at) }), host.memory);
      // A success taken over is a finish: who hasn't its release yet goes forward to it.
      const allowed = moved && told.do === 'run' ? decision.row.base?.release.digest : host.memory.running;
      expect(told).toMatchObject({ release: allowed });
    }
  });
});

test('a host that hears only of goals that ask it for something runs what the newest one asks it to', () => {
  const runs = new WeakMap<RegionModel, Map<string, Digest | null>>();
  let spared = 0;
  always((before, decision, _step, model) => {
    if (decision.outcome !== 'written') return;
    const running = runs.get(model) ?? new Map<string, Digest | null>();
    runs.set(model, running);
    for (const at of ['2', '5', '8']) {
      const told = { position: position(at) };
      const asked = askedAnew(hostId('h'), before && { goal: before, ...told }, { goal: decision.row, ...told });
      if (asked === 'now') running.set(at, runsBy(decision.row, at, running.get(at) ?? null));
      else spared += 1;
      expect(runsBy(decision.row, at, running.get(at) ?? null)).toBe(running.get(at) ?? null);
    }
  });
  expect(spared).toBeGreaterThan(1_000);
});

/** What a host runs that has obeyed the row. */
function runsBy(row: GoalRow, at: string, running: Digest | null): Digest | null {
  const told = decideHost(verified(row, { position: position(at) }), memory({ running }));
  return 'release' in told ? told.release : null;
}

/** Has taken up the row's goal and runs what that allows. */
function settled(row: GoalRow, { memory }: RegionModel['hosts'][number]): boolean {
  if (memory.floor?.generation !== row.generation || memory.running === null) return false;
  const allowed = [row.base?.release.digest, row.next?.release.digest, ...row.keep];
  return allowed.includes(memory.running);
}

test('a host never takes up a goal older than one that it had, whatever it is given', () => {
  const seen = new WeakMap<RegionModel, Map<string, { attempt: GoalRow['attempt']; generation: number }>>();
  always(
    () => undefined,
    (model) => {
      const floors = seen.get(model) ?? new Map();
      seen.set(model, floors);
      for (const { at, memory } of model.hosts) {
        const floor = memory.floor ?? { attempt: attempt(1), generation: 0 };
        const last = floors.get(at) ?? floor;
        const order = compareAttempts(floor.attempt, last.attempt) || floor.generation - last.generation;
        expect(order).toBeGreaterThanOrEqual(0);
        floors.set(at, floor);
      }
    },
  );
});
