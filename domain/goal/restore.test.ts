import { describe, expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import type { HostId } from '../names.ts';
import { goalContentOf } from './content.ts';
import type { GoalContent } from './goal.ts';
import { newestIntent } from './restore.ts';
import { attempt, digestOfRelease, generation, position, rolling } from './testing/given.ts';

const row = goalContentOf(rolling('5'));
const goal = (change: Partial<GoalContent>): GoalContent => ({ ...row, ...change });

describe('a restored row becomes', () => {
  test('the newest by attempt, not by generation', () => {
    const later = goal({ attempt: attempt(3), generation: generation(2) });
    expect(newestIntent([goal({ generation: generation(99) }), later]).attempt).toEqual(attempt(3));
  });

  test('the newest by generation within an attempt', () => {
    const later = goal({ generation: generation(99), step: 'hold:1', mode: 'hold' });
    expect(newestIntent([later, row])).toEqual(later);
  });

  test('undone, if anyone knows of an undo of that deployment', () => {
    const undone = goal({ mode: 'undo', keep: [] });
    const later = goal({ attempt: attempt(2, 1), generation: generation(99), keep: [digestOfRelease('c')] });
    expect(newestIntent([undone, later])).toMatchObject({ mode: 'undo', attempt: attempt(2, 1), keep: [] });
    expect(newestIntent([undone, goal({ attempt: attempt(3) })]).mode).toBe('advance');
  });

  test('one with the largest cut seen in that deployment', () => {
    const wider = goal({ cut: position('9') });
    const later = goal({ generation: generation(99), cut: null });
    expect(newestIntent([wider, later]).cut).toBe(position('9'));
    expect(newestIntent([later, wider]).cut).toBe(position('9'));
    expect(newestIntent([goal({ cut: position('2') }), wider, goal({ cut: position('4') })]).cut).toBe(position('9'));
    expect(newestIntent([goal({ cut: null }), later]).cut).toBeNull();
    expect(newestIntent([wider, goal({ attempt: attempt(3), cut: null })]).cut).toBeNull();
  });
});

test('canaries that some goal allowed stay allowed; those that only a begin has named are not', () => {
  const [one, two] = ['h1', 'h2'].map(hostId) as [HostId, HostId];
  const begun = goal({ cut: null, canaries: [one, two], attempt: attempt(2, 1), generation: generation(99) });
  expect(newestIntent([goal({ canaries: [two] }), begun])).toMatchObject({ cut: position('5'), canaries: [two] });
  expect(newestIntent([begun]).canaries).toEqual([one, two]);
});

test('there is always the row itself', () => {
  expect(newestIntent([row])).toEqual(row);
  expect(() => newestIntent([])).toThrow(new RangeError('a restored row needs a candidate'));
});
