import { describe, expect, test } from '@jest/globals';
import { hostId, type HostId } from '../names.ts';
import { goalContentOf } from './content.ts';
import type { RestoredInput } from './restored-row.ts';
import { restoredContent, restoredRow } from './restored-row.ts';
import {
  attempt,
  begin,
  finish,
  generation,
  position,
  release,
  rolling,
  undo,
  where,
  written,
} from './testing/given.ts';

/** In the backup: deployment 2 is under way, and brings b over a. */
const row = rolling('5');
const given: RestoredInput = { ...where, row, held: [], intended: [], outcomes: [], finished: null };
const contentOf = (over: Partial<RestoredInput>) => restoredContent({ ...given, ...over });
const intent = (deployment: number, over: object = {}) => ({
  attempt: attempt(deployment),
  step: 'advance:1',
  mode: 'advance' as const,
  next: release('c'),
  ...over,
});
const undone = { step: 'undo', mode: 'undo' as const, next: null };

test('where nobody knows of a goal there is none', () => {
  expect(contentOf({ row: null })).toBeNull();
});

test('a row that nobody knows more of stays what it is', () => {
  expect(contentOf({})).toEqual(goalContentOf(row));
});

describe('an undo that was written after the backup stands', () => {
  test('as the centre meant it, though its answer was lost', () => {
    expect(contentOf({ intended: [intent(2, undone)] })).toMatchObject({ mode: 'undo', base: release('a'), keep: [] });
  });

  test('of a deployment that the backup has never heard of', () => {
    expect(contentOf({ intended: [intent(3, undone)] })).toMatchObject({ mode: 'undo', attempt: attempt(3), keep: [] });
  });

  test('as a host shows it, though the centre has not heard of it', () => {
    const held = [goalContentOf({ ...written(row, undo(attempt(2))), attempt: attempt(2, 1) })];
    expect(contentOf({ held, intended: [intent(2)] })).toMatchObject({ mode: 'undo', attempt: attempt(2, 1) });
  });
});

test('a deployment that the backup has not heard of begins over what it left, and no host has switched', () => {
  expect(contentOf({ intended: [intent(3)] })).toMatchObject({
    attempt: attempt(3),
    base: release('a'),
    next: release('c'),
    keep: [release('b').release.digest],
    cut: null,
  });
});

test('a cut that a host has seen is never lowered', () => {
  const held = [{ ...goalContentOf(row), cut: position('9'), generation: generation(99) }];
  expect(contentOf({ held, intended: [intent(2)] })?.cut).toBe(position('9'));
});

describe('a finish that was meant is done', () => {
  test('over the row of its deployment', () => {
    const done = { step: 'finish', next: null };
    expect(contentOf({ intended: [intent(2, done)] })).toMatchObject({ base: release('b'), next: null, cut: null });
  });

  test('of a deployment that the backup has never heard of, and later ones go on from it', () => {
    const done = { step: 'finish', next: release('c') };
    expect(contentOf({ intended: [intent(3, done)] })).toMatchObject({ base: release('c'), next: null });
    const finished = { deployment: attempt(3).deployment, placement: release('c') };
    expect(contentOf({ finished, intended: [intent(4, undone)] })).toMatchObject({ base: release('c'), mode: 'undo' });
    // What the backup itself has finished later is newer than that.
    const later = written(row, finish(attempt(2), row.generation));
    const older = { deployment: attempt(1).deployment, placement: release('a') };
    expect(contentOf({ row: later, finished: older, intended: [intent(4, undone)] })?.base).toEqual(release('b'));
  });
});

test('the row answers a finish that is asked for again, and takes up no other step as its own', () => {
  const under = { generation: generation(100), snapshot: row.snapshot, held: [] };
  const finished = restoredRow(contentOf({ intended: [intent(2, { step: 'finish', next: null })] })!, row, under);
  expect(finished).toMatchObject({ generation: 100, lastStep: { id: 'finish', answer: { base: release('b') } } });
  const rolls = restoredRow(contentOf({ intended: [intent(2)] })!, row, under);
  expect(rolls).toMatchObject({ generation: 100, controlRevision: row.controlRevision, lastStep: { id: 'restore' } });
});

test('a deployment that follows goes on from the restored row', () => {
  const content = contentOf({ intended: [intent(3, undone)] })!;
  const restored = restoredRow(content, row, { generation: generation(100), snapshot: null, held: [] });
  expect(written(restored, begin(attempt(4), release('d')))).toMatchObject({ base: release('a'), keep: [] });
});

describe('canaries whose turn has not come keep the first turn in later batches', () => {
  const [first, second, third] = ['h1', 'h2', 'h3'].map(hostId) as [HostId, HostId, HostId];
  const under = { generation: generation(100), snapshot: null };
  const later = (over: Partial<RestoredInput>) => {
    const input = { ...given, ...over };
    return restoredRow(restoredContent(input)!, input.row, { ...under, held: input.held });
  };

  test('as the backup has them', () => {
    const backup = { ...row, canaries: [first], laterCanaries: [second] };
    expect(later({ row: backup })).toMatchObject({ canaries: [first], laterCanaries: [second] });
  });

  test('as the backup from before the first batch names them, where a host shows which of them was allowed', () => {
    const backup = { ...row, cut: null, canaries: [first, second, third] };
    const held = [{ ...goalContentOf(row), canaries: [first], generation: generation(99) }];
    expect(later({ row: backup, held })).toMatchObject({ canaries: [first], laterCanaries: [second, third] });
  });

  test('and not those of another deployment', () => {
    const backup = { ...row, canaries: [first], laterCanaries: [second] };
    const held = [{ ...goalContentOf(row), attempt: attempt(3), canaries: [third], generation: generation(99) }];
    expect(later({ row: backup, held })).toMatchObject({ canaries: [third], laterCanaries: [] });
  });
});

test('of more canaries than a goal has room for it names those that were allowed last', () => {
  const hosts = (from: number) => Array.from({ length: 40 }, (_, index) => hostId(`h${from + index}`));
  const held = [0, 40].map((from) => ({
    ...goalContentOf(row),
    canaries: hosts(from),
    generation: generation(90 + from),
  }));
  const content = contentOf({ row: null, held })!;
  expect(content.canaries).toEqual([...hosts(40), ...hosts(0).slice(0, 24)]);
});
