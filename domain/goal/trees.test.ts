import { describe, expect, test } from '@jest/globals';
import { digestOfRelease, release } from './testing/given.ts';
import { basesAfter, treesToKeep } from './trees.ts';

const [a, b, c] = ['a', 'b', 'c'].map(digestOfRelease) as [never, never, never];

describe('previous', () => {
  test.each([
    ['stays while the base does', { base: release('a'), mode: 'advance' }, { base: a, previous: c }],
    ['is the old base when the base moves', { base: release('b'), mode: 'advance' }, { base: b, previous: a }],
    ['stays in an undo', { base: release('a'), mode: 'undo' }, { base: a, previous: c }],
    ['stays when an undo sets the base', { base: release('b'), mode: 'undo' }, { base: b, previous: c }],
  ] as const)('%s', (_what, goal, expected) => {
    expect(basesAfter({ base: a, previous: c }, goal)).toEqual(expected);
  });

  test('that is known stays when the first base comes', () => {
    expect(basesAfter({ base: null, previous: c }, { base: release('a'), mode: 'advance' }).previous).toBe(c);
  });

  test('is nothing after the first finish', () => {
    expect(basesAfter({ base: null, previous: null }, { base: release('a'), mode: 'advance' })).toEqual({
      base: a,
      previous: null,
    });
  });
});

test('every tree that a host is on, may be sent to or can go back to stays, each once', () => {
  expect(treesToKeep({ base: a, previous: c }, { next: release('b') }, a)).toEqual([c, a, b]);
  expect(treesToKeep({ base: a, previous: null }, { next: null }, b)).toEqual([a, b]);
  expect(treesToKeep({ base: null, previous: null }, { next: null }, null)).toEqual([]);
});
