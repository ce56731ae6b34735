/** The cases of docs/goal-protocol.md §10, by number: what each rule of the protocol exists for. */
import { describe, expect, test } from '@jest/globals';
import { deploymentNumber, hostId, regionName } from '../names.ts';
import type { Digest } from '../names.ts';
import { replacesObligation } from '../obligation/replaces.ts';
import { fixBatch } from './batch.ts';
import { goalContentOf, standingOf } from './content.ts';
import { answerAbort, endOfFinish } from './finish.ts';
import type { GoalContent } from './goal.ts';
import type { HostStatus } from './host-status.ts';
import { decideHost, decideRevert } from './host-rule.ts';
import { judgeBatch } from './judge.ts';
import { decideLocalHold, decideLocalRollback } from './local-verbs.ts';
import { decideObligation } from './obligation.ts';
import { decideLost } from '../deployment/lost.ts';
import { needsLane, needsLook } from './recovery.ts';
import { mayServe, newestIntent } from './restore.ts';
import { followFenced, isWatched } from './takeover.ts';
import {
  advance,
  attempt,
  begin,
  decide,
  digestOfRelease,
  finish,
  finishedRow,
  generation,
  hold,
  host,
  memory,
  noFloors,
  outcome,
  position,
  release,
  resume,
  rolling,
  undo,
  verified,
  where,
  written,
} from './testing/given.ts';
import { basesAfter } from './trees.ts';
import { judgeUndone } from './undone.ts';

const a = digestOfRelease('a');
const b = digestOfRelease('b');
const [euWest, usEast] = ['eu-west', 'us-east'].map(regionName) as [never, never];
const absentAfterMs = 5_000;

const refusal = (deployment: number, digest: Digest) => ({
  deployment: deploymentNumber(deployment),
  digest,
  reason: '/healthz answered 500',
});

describe('the steps of a deployment', () => {
  test('case 1: the first advance of a deployment over a row of an older attempt is accepted', () => {
    const older = finishedRow();
    const begun = written(older, begin(attempt(2), release('b')));
    const advanced = decide(begun, advance(attempt(2), begun.generation, 1, '5'));
    expect(advanced).toMatchObject({ outcome: 'written', row: { attempt: attempt(2), cut: position('5') } });
    expect(decide(older, advance(attempt(2), older.generation, 1, '5')).outcome).toBe('fenced');
  });

  test('case 2: a release undone while the region was dark is not kept by the next deployment', () => {
    const begun = written(rolling(), begin(attempt(3), release('c'), [outcome(2, 'undone')]));
    expect(begun).toMatchObject({ base: release('a'), keep: [], next: release('c') });
    const onUndone = memory({ running: b });
    expect(decideHost(verified(begun), onUndone)).toMatchObject({ do: 'run', release: a });
  });

  test('case 3: hosts of a skipped region stay until their batch when the next deployment begins', () => {
    const begun = written(rolling(), begin(attempt(3), release('c'), [outcome(2, 'skipped')]));
    expect(begun.keep).toEqual([b]);
    expect(decideHost(verified(begun), memory({ running: b }))).toMatchObject({ do: 'stay', release: b });
  });

  test('case 4: an abort undoes a region that was held from inside', () => {
    const held = written(rolling(), hold(attempt(2, 1), 0));
    const undone = written(held, undo(attempt(2)));
    expect(undone).toMatchObject({ mode: 'undo', attempt: attempt(2, 1), keep: [] });
    expect(decideHost(verified(undone), memory({ running: b }))).toMatchObject({ do: 'run', release: a });
  });

  test('case 5: a hold from inside the region ends the watch of a batch at once, and a person decides', () => {
    const row = rolling();
    const held = decideLocalHold(row, noFloors, where);
    if (held.outcome !== 'written') throw new Error('the hold was not written');
    expect(isWatched(standingOf(row), row, 'advance')).toBe(true);
    expect(isWatched(standingOf(held.row), row, 'advance')).toBe(false);
    expect(followFenced({ row: standingOf(held.row), reason: 'held' }, row)).toMatchObject({
      follow: 'held',
      attempt: attempt(2, 1),
    });
  });

  test('case 9: a step issued again after a restore has another generation, and one generation has one content', () => {
    const backup = written(finishedRow(), begin(attempt(2), release('b')));
    const lost = written(backup, advance(attempt(2), backup.generation, 1, '5'), { nowMs: 1_000 });
    // The clock was set back with the database; a host has seen the lost goal.
    const again = written(backup, advance(attempt(2), backup.generation, 1, '7'), {
      nowMs: 900,
      hosts: lost.generation,
    });
    expect(again.generation).toBeGreaterThan(lost.generation);
    // Had it the same generation, the host that knows the lost one would take up neither.
    const seen = { ...verified(lost).goal, contentDigest: verified(lost).contentDigest };
    const twin = { ...again, generation: lost.generation };
    expect(decideHost(verified(twin), memory({ floor: seen })).do).toBe('ignore');
    expect(decideHost(verified(again), memory({ floor: seen })).do).toBe('run');
  });

  test('case 14: a deployment terminated between two finishes is finished everywhere', () => {
    const ready = rolling('f');
    const finished = written(ready, finish(attempt(2), ready.generation));
    expect(decideLost({ ...terminated, pointOfNoReturn: true })).toEqual({ do: 'finish' });
    expect(decide(finished, finish(attempt(2), finished.generation)).outcome).toBe('repeat');
    expect(written(ready, finish(attempt(2), ready.generation)).base).toEqual(finished.base);
  });

  test.each(['undo', 'hold'] as const)('case 15: a begin that runs after recovery wrote its %s is fenced', (kind) => {
    const lost = decideLost({ ...terminated, rollback: { automatic: kind === 'undo' } });
    expect(lost).toMatchObject({ do: 'stop', stop: { hold: kind === 'hold' } });
    const outcomes = [outcome(1, 'succeeded'), outcome(2, 'unresolved')];
    const step = kind === 'undo' ? undo(attempt(2), outcomes, 5) : hold(attempt(2), 5, outcomes);
    const closed = written(finishedRow(), step);
    expect(closed).toMatchObject({ base: release('a'), next: null, attempt: attempt(2) });
    expect(decide(closed, begin(attempt(2), release('b'))).outcome).toBe('fenced');
  });

  test('case 23: a delayed copy of a resume does not overturn the hold of the judge after it', () => {
    const paused = written(rolling(), hold(attempt(2), 1));
    const resumed = written(paused, resume(attempt(2), 2));
    const judged = written(resumed, hold(attempt(2), 2));
    expect(decide(judged, resume(attempt(2), 2))).toMatchObject({ outcome: 'fenced', row: { mode: 'hold' } });
    expect(decide(judged, resume(attempt(2), 3))).toMatchObject({ outcome: 'written', row: { mode: 'advance' } });
  });
});

describe('a region that was away', () => {
  test('case 10: a region that was skipped gets nothing of a deployment that may still be undone', () => {
    const undone = written(rolling(), undo(attempt(2), [outcome(2, 'skipped')]));
    expect(undone).toMatchObject({ base: release('a'), mode: 'undo' });
  });

  test('case 11: the undo of a deployment stays owed when a later one skipped the region and was undone', () => {
    const first = { kind: 'undo', attempt: attempt(2), controlRevision: 0 } as const;
    const second = { ...first, attempt: attempt(3) };
    expect(replacesObligation(second, first, false)).toBe(false);
    expect(decideObligation(first, standingOf(rolling()))).toBe('apply');
    // Also when only the later one is applied, nothing of the first is left.
    const outcomes = [outcome(2, 'undone'), outcome(3, 'undone')];
    const undone = written(rolling(), undo(attempt(3), outcomes));
    expect(undone).toMatchObject({ base: release('a'), next: null, keep: [], mode: 'undo' });
    expect(decideObligation(first, standingOf(undone))).toBe('replaced');
  });

  test('case 13: a region that goes dark at its finish owes it, and a rollback is offered', () => {
    expect(answerAbort(true)).toBe('offer rollback');
    expect(answerAbort(false)).toBe('abort');
    const answers = [
      { region: euWest, answer: 'finished' },
      { region: usEast, answer: 'unreachable' },
    ] as const;
    expect(endOfFinish(answers)).toEqual({ outcome: 'succeeded', pending: [usEast] });
    const row = rolling('f');
    expect(decideObligation({ kind: 'finish', attempt: attempt(2) }, standingOf(row))).toBe('apply');
    // The next deployment, a rollback say, can begin there before the finish was applied.
    const next = written(row, begin(attempt(3), release('a'), [outcome(2, 'succeeded')]));
    expect(next).toMatchObject({ base: release('b'), previous: release('a'), keep: [] });
  });

  test('case 16: a terminated lane is started again for its queue, and for a deployment that held the service', () => {
    const idle = { unfinishedRows: 0, openNumbers: 0, serviceHeld: false, laneOpen: false };
    expect(needsLane(idle)).toBe(false);
    expect(needsLane({ ...idle, unfinishedRows: 1 })).toBe(true);
    expect(needsLane({ ...idle, openNumbers: 1 })).toBe(true);
    expect(needsLane({ ...idle, serviceHeld: true })).toBe(true);
    expect(needsLane({ ...idle, serviceHeld: true, laneOpen: true })).toBe(false);
  });

  test('case 16: an open lane looks again when something may start and nothing does', () => {
    const lock = { owner: 'ada', reason: 'INC-7', since: '2026-01-01T00:00:00Z' };
    const merge = { kind: 'rollout' } as const;
    const idle = { begun: false, lock: null, waiting: [] };
    expect(needsLook(idle)).toBe(false);
    expect(needsLook({ ...idle, waiting: [merge] })).toBe(true);
    expect(needsLook({ ...idle, waiting: [merge], begun: true })).toBe(false);
    expect(needsLook({ ...idle, waiting: [merge], lock })).toBe(false);
    expect(needsLook({ ...idle, waiting: [merge, { kind: 'rollback' }], lock })).toBe(true);
  });
});

describe('a restored region', () => {
  const inBackup = () => goalContentOf(rolling());
  const newer = (change: Partial<GoalContent>): GoalContent => ({
    ...inBackup(),
    generation: generation(inBackup().generation + 10),
    ...change,
  });

  test('case 6: hosts that saw a hold from inside the region, which the backup has not, obey what follows', () => {
    const local = newer({ attempt: attempt(2, 1), mode: 'hold' });
    const seen = memory({ floor: { ...local, contentDigest: verified(local).contentDigest } });
    expect(decideHost(verified(newer({ generation: generation(99) })), seen).do).toBe('ignore');
    const restored = newestIntent([inBackup(), newer({ generation: generation(99) }), local]);
    expect(restored).toMatchObject({ attempt: attempt(2, 1), mode: 'hold' });
    expect(decideHost(verified({ ...restored, generation: generation(100) }), seen).do).not.toBe('ignore');
  });

  test('case 7: an undo whose answer was lost and that the backup has not is not forgotten', () => {
    const beforeBegin = goalContentOf(finishedRow());
    const intendedUndo = newer({ mode: 'undo', generation: generation(6) });
    const heldByHost = newer({ cut: position('9'), generation: generation(7) });
    expect(newestIntent([beforeBegin, intendedUndo, heldByHost])).toMatchObject({
      attempt: attempt(2),
      mode: 'undo',
      keep: [],
    });
  });

  test('case 8: a database that may have been restored serves nothing until it was compared', () => {
    expect(mayServe(generation(100), generation(90))).toBe(false);
    expect(mayServe(null, generation(90))).toBe(false);
    expect(mayServe(generation(100), generation(100))).toBe(true);
  });
});

describe('hosts', () => {
  const undoInput = { attempt: attempt(2), generation: generation(6), base: release('a'), absentAfterMs };
  const batch = {
    attempt: attempt(2),
    next: release('b'),
    runsBefore: false,
    canaries: [],
    absentAfterMs,
    elapsedMs: 100,
  };
  const judged = { ...batch, batchTimeoutMs: 60_000, budget: { failedPercent: 0, cap: 50 } };
  const otherServices = { healthy: 5, unhealthy: 0 };
  const onNext: Partial<HostStatus> = { running: b, generation: generation(5) };

  test('case 17: an undo of the base itself is done when its goal was heard', () => {
    const heard = host('h1', '1', { running: a, generation: generation(6) });
    const deaf = host('h2', '2', { running: a, generation: generation(5) });
    expect(judgeUndone([heard], undoInput).verdict).toBe('undone');
    expect(judgeUndone([heard, deaf], undoInput)).toMatchObject({ verdict: 'wait', pending: [hostId('h2')] });
  });

  test('case 18: an undo does not wait for a host that its operator pinned', () => {
    const pinned = host('h1', '1', { ...onNext, pinned: true });
    const back = host('h2', '2', { generation: generation(6) });
    expect(judgeUndone([pinned, back], undoInput)).toMatchObject({ verdict: 'undone', pinned: [hostId('h1')] });
  });

  test('case 19: a host that failed within the budget does not flip between the new base and what it runs', () => {
    const finished = written(rolling('f'), finish(attempt(2), rolling('f').generation));
    const begun = written(finished, begin(attempt(3), release('c'), [outcome(2, 'succeeded')]));
    const goal = verified(begun);
    const before = memory({ running: a, refused: [refusal(2, b)] });
    expect(decideHost(goal, before)).toMatchObject({ do: 'run', release: b });
    expect(decideRevert(goal, before, b, a)).toMatchObject({ do: 'run', release: a });
    const after = memory({ running: a, refused: [refusal(2, b), refusal(3, b)] });
    expect(decideHost(goal, after)).toMatchObject({ do: 'stay', release: a });
  });

  test('case 20: the cut does not fall when a host with a low position comes back while the canary is silent', () => {
    const low = host('low', '1', { reportAgeMs: 60_000 });
    const canary = host('canary', '4');
    const first = fixBatch([low, canary], { share: { hosts: 1 }, cut: null, canaries: [], absentAfterMs });
    expect(first).toMatchObject({ cut: position('4'), hosts: [hostId('canary')] });
    const returned = [host('low', '1'), host('canary', '4', { reportAgeMs: 60_000 })];
    const second = fixBatch(returned, { share: { hosts: 1 }, cut: position('4'), canaries: [], absentAfterMs });
    expect(second).toMatchObject({ cut: position('4') });
    // The row holds the same, should a lower cut be asked for.
    const row = rolling('4');
    const again = written(row, advance(attempt(2), row.generation, 2, '1'));
    expect(again.cut).toBe(position('4'));
    const silent = memory({ running: b });
    expect(decideHost(verified(again, { position: position('4') }), silent)).toMatchObject({ do: 'stay', release: b });
  });

  test('case 21: a host that was absent at the canary batch, returns and fails is counted', () => {
    const canary = host('h4', '4', onNext);
    const other = host('h6', '6', onNext);
    const returned = host('h1', '1', { refused: [refusal(2, b)] });
    const verdict = judgeBatch({
      ...judged,
      otherServices,
      listeningMs: Number.POSITIVE_INFINITY,
      cut: position('6'),
      batch: 2,
      hosts: [canary, other, returned],
      ordered: [canary.host, other.host],
      batchHosts: [other.host],
    });
    expect(verdict).toMatchObject({ verdict: 'stop', failed: [hostId('h1')] });
  });

  test('case 22: a batch without a live host waits, and is begun when one reports', () => {
    const input = { share: { percent: 100 }, cut: null, canaries: [], absentAfterMs };
    const silent = host('h1', '1', { reportAgeMs: 60_000 });
    const never = host('h2', '2', { reportAgeMs: null });
    expect(fixBatch([silent, never], input)).toEqual({ outcome: 'waiting', reason: 'no host' });
    expect(fixBatch([silent, host('h2', '2')], input)).toMatchObject({ outcome: 'fixed', hosts: [hostId('h2')] });
  });

  test('case 24: a rollback from inside the region after a finish goes back to what ran before', () => {
    const row = rolling('f');
    const finished = written(row, finish(attempt(2), row.generation));
    const back = decideLocalRollback(finished, noFloors, where);
    expect(back).toMatchObject({ outcome: 'written', row: { base: release('a'), attempt: attempt(2, 1) } });
  });

  test('case 25: after an undo the operator of a host still has another release to go back to', () => {
    const ready = rolling('f');
    const finished = written(ready, finish(attempt(2), ready.generation));
    const begun = written(finished, begin(attempt(3), release('c'), [outcome(2, 'succeeded')]));
    const advanced = written(begun, advance(attempt(3), begun.generation, 1, 'f'));
    const undone = written(advanced, undo(attempt(3)));
    expect(undone).toMatchObject({ base: release('b'), previous: release('a') });
    // The same on a host that took up every one of these goals.
    const onHost = [ready, finished, begun, advanced, undone].reduce(basesAfter, { base: a, previous: null });
    expect(onHost).toEqual({ base: b, previous: a });
  });

  test('case 26: hosts obey an undo although the base was blocked', () => {
    const undone = written(rolling(), undo(attempt(2)));
    const blocked = verified(undone, { admitted: false });
    expect(decideHost(blocked, memory({ running: b }))).toMatchObject({ do: 'run', release: a });
    expect(decideHost(blocked, memory({ running: b, refused: [refusal(2, a)] }))).toMatchObject({
      do: 'run',
      release: a,
    });
  });
});

const terminated = {
  stop: null,
  pointOfNoReturn: false,
  rollback: { automatic: true },
  noUndo: null,
  closed: 'was terminated',
  at: '2026-11-24T10:00:00.000Z',
};
