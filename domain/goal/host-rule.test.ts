import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber, hostId } from '../names.ts';
import type { Digest } from '../names.ts';
import { decideHost, decideRevert } from './host-rule.ts';
import {
  attempt,
  digestOfRelease,
  finish,
  finishedRow,
  generation,
  hold,
  memory,
  position,
  rolling,
  undo,
  verified,
  written,
} from './testing/given.ts';
import type { HostDecision, HostMemory, VerifiedGoal } from './verified-goal.ts';

const [a, b, c] = ['a', 'b', 'c'].map(digestOfRelease) as [Digest, Digest, Digest];
const advancing = rolling('5');
const holding = written(advancing, hold(attempt(2), 1));
const undoing = written(advancing, undo(attempt(2)));
const begun = { ...advancing, cut: null };
const kept = { ...advancing, keep: [c] };
const first = { ...advancing, base: null };

const inside = position('5');
const outside = position('6');
const refuses = (...digests: readonly Digest[]) =>
  digests.map((digest) => ({ deployment: deploymentNumber(2), digest, reason: 'crashed' }));

type Row = readonly [string, VerifiedGoal, Partial<HostMemory>, Partial<HostDecision>];

describe('a host', () => {
  const floorOf = (goal: VerifiedGoal) => ({ ...goal.goal, contentDigest: goal.contentDigest });
  const taken = floorOf(verified(advancing));
  test.each<Row>([
    ['ignores an older attempt', verified(finishedRow()), { floor: taken }, { do: 'ignore' }],
    [
      'ignores an older attempt with a higher generation',
      verified({ ...finishedRow(), generation: generation(99) }),
      { floor: taken },
      { do: 'ignore' },
    ],
    [
      'ignores a lower generation',
      verified({ ...advancing, generation: generation(4) }),
      { floor: taken },
      { do: 'ignore' },
    ],
    [
      'ignores other content of the same generation',
      verified({ ...undoing, generation: taken.generation }),
      { floor: taken },
      { do: 'ignore' },
    ],
    [
      'ignores other content of the same generation, of a later attempt too',
      verified({ ...advancing, attempt: attempt(3) }),
      { floor: taken },
      { do: 'ignore' },
    ],
    ['takes the same goal up again', verified(advancing), { floor: taken }, { do: 'run', release: b }],
    ['ignores an old goal although it is pinned', verified(finishedRow()), { floor: taken, pin: c }, { do: 'ignore' }],

    ['obeys its pin', verified(advancing), { pin: c }, { do: 'run', release: c }],
    ['obeys its pin in an undo', verified(undoing), { running: b, pin: b }, { do: 'stay', release: b }],
    [
      'stops when no placement selects it',
      verified(advancing, { selected: { base: false, next: false } }),
      {},
      { do: 'stop' },
    ],

    ['goes to the base in an undo', verified(undoing), { running: b }, { do: 'run', release: a }],
    [
      'goes to the base in an undo, although it failed there',
      verified(undoing),
      { running: b, refused: refuses(a) },
      { do: 'run', release: a },
    ],
    ['leaves what was kept in an undo', verified({ ...undoing, keep: [c] }), { running: c }, { do: 'run', release: a }],
    ['stops in an undo of a first deployment', verified({ ...undoing, base: null }), { running: b }, { do: 'stop' }],

    ['runs nothing new before the first batch', verified(begun), {}, { do: 'stay', release: a }],
    [
      'runs nothing new before the first batch, as a canary neither',
      verified({ ...begun, canaries: [hostId('h3')] }),
      {},
      { do: 'stay', release: a },
    ],
    ['at the cut runs the next release', verified(advancing, { position: inside }), {}, { do: 'run', release: b }],
    ['above the cut stays on the base', verified(advancing, { position: outside }), {}, { do: 'stay', release: a }],
    [
      'above the cut runs the next release as a canary',
      verified({ ...advancing, canaries: [hostId('h3')] }, { position: outside }),
      {},
      { do: 'run', release: b },
    ],
    [
      'does not run what failed here in this deployment',
      verified(advancing),
      { refused: refuses(b) },
      { do: 'stay', release: a },
    ],
    [
      'tries again what failed in an earlier deployment',
      verified({ ...advancing, attempt: attempt(3) }),
      { refused: refuses(b) },
      { do: 'run', release: b },
    ],
    ['does not install what is not admitted', verified(advancing, { admitted: false }), {}, { do: 'stay', release: a }],
    [
      'goes on running what lost its admission',
      verified(advancing, { admitted: false }),
      { running: b },
      { do: 'stay', release: b },
    ],
    [
      'goes to the base without an admission of the next release',
      verified(advancing, { admitted: false, position: outside }),
      { running: c },
      { do: 'run', release: a },
    ],
    [
      'stops in its batch when the new placement leaves it out',
      verified(advancing, { selected: { base: true, next: false } }),
      {},
      { do: 'stop' },
    ],
    [
      'waits for its batch when the new placement leaves it out',
      verified(advancing, { position: outside, selected: { base: true, next: false } }),
      {},
      { do: 'stay', release: a },
    ],
    [
      'runs nothing before its batch when only the new placement selects it',
      verified(advancing, { position: outside, selected: { base: false, next: true } }),
      { running: null },
      { do: 'stop' },
    ],

    ['in a hold stays on the next release', verified(holding), { running: b }, { do: 'stay', release: b }],
    ['in a hold does not switch', verified(holding), {}, { do: 'stay', release: a }],
    [
      'in a hold above the cut stays on the next release',
      verified(holding, { position: outside }),
      { running: b },
      { do: 'stay', release: b },
    ],
    ['that joins in a hold runs the base', verified(holding), { running: null }, { do: 'run', release: a }],

    [
      'stays on what is kept until its batch',
      verified(kept, { position: outside }),
      { running: c },
      { do: 'stay', release: c },
    ],
    ['leaves what is kept in its batch', verified(kept), { running: c }, { do: 'run', release: b }],
    [
      'above the cut leaves the next release',
      verified(advancing, { position: outside }),
      { running: b },
      { do: 'run', release: a },
    ],
    [
      'goes to the base from a release nobody knows',
      verified(finishedRow()),
      { running: c },
      { do: 'run', release: a },
    ],
    [
      'that joins runs the base',
      verified(advancing, { position: outside }),
      { running: null },
      { do: 'run', release: a },
    ],
    [
      'stays on what it runs when the base failed here',
      verified(advancing, { position: outside }),
      { running: c, refused: refuses(a) },
      { do: 'stay', release: c },
    ],
    [
      'runs nothing before its batch of a first deployment',
      verified(first, { position: outside }),
      { running: null },
      { do: 'stop' },
    ],
    [
      'after the finish runs the new base without a batch',
      verified(written(advancing, finish(attempt(2), 5)), { position: outside }),
      {},
      { do: 'run', release: b },
    ],
  ])('%s', (_what, goal, has, expected) => {
    expect(decideHost(goal, memory(has))).toMatchObject(expected);
  });

  test('fetches the base before the next release, and both before it switches', () => {
    expect(decideHost(verified(advancing), memory({ onDisk: [] })).fetch).toEqual([a, b]);
    expect(decideHost(verified(advancing), memory({ onDisk: [b] })).fetch).toEqual([a]);
    expect(decideHost(verified(first), memory({ onDisk: [], running: null })).fetch).toEqual([b]);
  });

  test('fetches the base that it goes back to and doesn’t have', () => {
    expect(decideHost(verified(undoing), memory({ running: b, onDisk: [b] })).fetch).toEqual([a]);
  });
});

describe('a host on which a release failed', () => {
  type Revert = readonly [string, VerifiedGoal, Partial<HostMemory>, Digest, Digest | null, Partial<HostDecision>];
  test.each<Revert>([
    ['goes back to the base that it ran', verified(advancing), {}, b, a, { do: 'run', release: a }],
    ['goes back to what is kept', verified(kept), { onDisk: [a, b, c] }, b, c, { do: 'run', release: c }],
    [
      'goes to the base from what is not kept',
      verified(advancing),
      { onDisk: [a, b, c] },
      b,
      c,
      { do: 'run', release: a },
    ],
    [
      'goes back to what it ran when the base is what failed',
      verified(advancing),
      { onDisk: [a, c] },
      a,
      c,
      { do: 'run', release: c },
    ],
    [
      'goes back to what it ran when the base is not on disk',
      verified(advancing),
      { onDisk: [b, c] },
      b,
      c,
      { do: 'run', release: c },
    ],
    ['goes to the base when what it ran is gone', verified(kept), { onDisk: [a, b] }, b, c, { do: 'run', release: a }],
    ['that ran nothing goes to the base', verified(advancing), {}, b, null, { do: 'run', release: a }],
    ['stops in a first deployment', verified(first), {}, b, null, { do: 'stop' }],
    [
      'stays when there is nothing to go back to',
      verified(advancing),
      { onDisk: [b] },
      b,
      null,
      { do: 'stay', release: b },
    ],
    ['stays on a base that it joined with', verified(advancing), {}, a, null, { do: 'stay', release: a }],
    ['stays in an undo', verified(undoing), {}, a, b, { do: 'stay', release: a }],
    ['stays on its pin', verified(advancing), { pin: b }, b, a, { do: 'stay', release: b }],
  ])('%s', (_what, goal, has, failed, before, expected) => {
    expect(decideRevert(goal, memory(has), failed, before)).toMatchObject(expected);
  });
});

describe('whatever the goal and the host', () => {
  const digests = [a, b, c];
  const some = fc.constantFrom(...digests);
  const anyGoal = fc
    .record({
      row: fc.constantFrom(advancing, holding, undoing, begun, first),
      keep: fc.subarray([c]),
      position: fc.constantFrom(inside, outside),
      admitted: fc.boolean(),
      selected: fc.record({ base: fc.boolean(), next: fc.boolean() }),
    })
    .map(({ row, keep, selected, ...of }) =>
      verified(
        { ...row, keep },
        { ...of, selected: { base: selected.base && row.base !== null, next: selected.next && row.next !== null } },
      ),
    );
  const anyMemory = fc
    .record({ running: fc.option(some), refused: fc.subarray(digests), onDisk: fc.subarray(digests) })
    .map(({ refused, ...has }) => memory({ ...has, refused: refuses(...refused) }));

  test('the next release is switched to only in an allowed batch that advances, admitted, not refused, after the base', () => {
    fc.assert(
      fc.property(anyGoal, anyMemory, (goal, has) => {
        const decision = decideHost(goal, has);
        fc.pre(decision.do === 'run' && decision.release === b);
        const allowed = { admitted: true, position: inside, goal: { mode: 'advance' }, selected: { next: true } };
        expect(goal).toMatchObject(allowed);
        expect(has.refused.map(({ digest }) => digest)).not.toContain(b);
        expect([...has.onDisk, ...decision.fetch]).toEqual(expect.arrayContaining(goal.selected.base ? [a, b] : [b]));
      }),
    );
  });

  test('an undo ends on the base, or with nothing where there is none', () => {
    fc.assert(
      fc.property(anyGoal, anyMemory, (goal, has) => {
        const decision = decideHost({ ...goal, goal: { ...goal.goal, mode: 'undo' } }, has);
        const target = goal.selected.base ? a : null;
        expect('release' in decision ? decision.release : null).toBe(target);
      }),
    );
  });

  test('a host that has done what it was told is told the same again', () => {
    fc.assert(
      fc.property(anyGoal, anyMemory, (goal, has) => {
        const decision = decideHost(goal, has);
        const onDisk = [...has.onDisk, ...decision.fetch];
        const running = 'release' in decision ? decision.release : null;
        const after = decideHost(goal, { ...has, onDisk, running });
        expect('release' in after ? after.release : null).toBe(running);
        expect(after.fetch).toEqual([]);
      }),
    );
  });

  test('a host whose next release failed is left where it reverted to', () => {
    fc.assert(
      fc.property(anyGoal, anyMemory, fc.option(some), (goal, has, before) => {
        const full = { ...has, onDisk: digests, refused: refuses(b) };
        const reverted = decideRevert(goal, full, b, before);
        fc.pre(reverted.do === 'run' && goal.selected.next);
        expect(decideHost(goal, { ...full, running: reverted.release })).toMatchObject({
          do: 'stay',
          release: reverted.release,
        });
      }),
    );
  });

  test('a host is never told to run what has just failed there, but by an undo', () => {
    fc.assert(
      fc.property(anyGoal, anyMemory, some, fc.option(some), (goal, has, failed, before) => {
        fc.pre(goal.goal.mode !== 'undo');
        const full = { ...has, onDisk: digests, refused: refuses(failed) };
        const reverted = decideRevert(goal, full, failed, before);
        const running = 'release' in reverted ? reverted.release : null;
        expect(reverted).not.toMatchObject({ do: 'run', release: failed });
        expect(decideHost(goal, { ...full, running })).not.toMatchObject({ do: 'run', release: failed });
      }),
    );
  });
});

describe('a host says why, and fetches what that needs and nothing else', () => {
  const floor = { ...verified(advancing).goal, contentDigest: verified(advancing).contentDigest };
  const unselected = { selected: { base: false, next: false } };
  const leavesOut = { selected: { base: true, next: false } };
  const nothing = { onDisk: [] };
  test.each<readonly [VerifiedGoal, Partial<HostMemory>, HostDecision]>([
    [
      verified(finishedRow()),
      { floor },
      { do: 'ignore', fetch: [], reason: 'the goal is older than one that was taken up' },
    ],
    [
      verified({ ...advancing, attempt: attempt(3) }),
      { floor },
      { do: 'ignore', fetch: [], reason: 'the goal has the generation of another one' },
    ],
    [
      verified(advancing),
      { ...nothing, pin: c },
      { do: 'run', release: c, fetch: [], reason: 'pinned by its operator' },
    ],
    [verified(advancing, unselected), nothing, { do: 'stop', fetch: [], reason: 'no placement selects this host' }],
    [
      verified(undoing),
      { ...nothing, running: b },
      { do: 'run', release: a, fetch: [a], reason: 'the deployment is undone' },
    ],
    [
      verified(advancing, leavesOut),
      nothing,
      { do: 'stop', fetch: [], reason: 'the new placement leaves this host out' },
    ],
    [verified(holding, leavesOut), nothing, { do: 'stay', release: a, fetch: [], reason: 'waits for its batch' }],
    [
      verified(holding),
      { ...nothing, running: b },
      { do: 'stay', release: b, fetch: [], reason: 'switched before the hold' },
    ],
    [verified(advancing), nothing, { do: 'run', release: b, fetch: [a, b], reason: 'in a batch that was allowed' }],
    [verified(begun), nothing, { do: 'stay', release: a, fetch: [], reason: 'waits for its batch' }],
    [
      verified(begun),
      { running: null, refused: refuses(a) },
      { do: 'stay', release: null, fetch: [], reason: 'the base failed on this host' },
    ],
    [verified(begun), { ...nothing, running: null }, { do: 'run', release: a, fetch: [a], reason: 'nothing runs' }],
    [
      verified(begun),
      { ...nothing, running: c },
      { do: 'run', release: a, fetch: [a], reason: 'what runs is neither the base nor kept' },
    ],
    [verified({ ...first, cut: null }), { running: null }, { do: 'stop', fetch: [], reason: 'nothing runs' }],
    [
      verified(begun),
      { running: b },
      { do: 'run', release: a, fetch: [], reason: 'what runs is neither the base nor kept' },
    ],
  ])('%#', (goal, has, expected) => {
    expect(decideHost(goal, memory(has))).toEqual(expected);
  });

  const pinned = { pin: a };
  test.each<readonly [VerifiedGoal, Partial<HostMemory>, Digest | null, HostDecision]>([
    [verified(advancing), pinned, a, { do: 'stay', release: b, fetch: [], reason: 'pinned by its operator' }],
    [verified(undoing), {}, a, { do: 'stay', release: b, fetch: [], reason: 'an undo has no way back' }],
    [verified(advancing), {}, a, { do: 'run', release: a, fetch: [], reason: 'back on what ran before' }],
    [verified(advancing), nothing, a, { do: 'stay', release: b, fetch: [], reason: 'nothing to go back to' }],
    [verified(advancing), {}, null, { do: 'run', release: a, fetch: [], reason: 'back on the base' }],
    [verified(first), {}, null, { do: 'stop', fetch: [], reason: 'nothing ran before' }],
  ])('when its release failed: %#', (goal, has, before, expected) => {
    expect(decideRevert(goal, memory(has), b, before)).toEqual(expected);
  });
});
