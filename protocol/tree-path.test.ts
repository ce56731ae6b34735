import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import path from 'node:path';
import { comparePaths, linkProblem, treeCollisions, treePathProblem } from './tree-path.ts';

describe('a path', () => {
  test.each(['a', 'a/b', '.env', 'ünï/код', 'a b', 'a\\b', '...', 'a/..b', 'x'.repeat(255), 'sub/.slipway'])(
    '%j may stand in a tree',
    (good) => {
      expect(treePathProblem(good)).toBeNull();
    },
  );

  test.each([
    ['', 'is empty'],
    ['/etc/passwd', 'is absolute'],
    ['..', 'holds ".." as a name'],
    ['a/../b', 'holds ".." as a name'],
    ['a/./b', 'holds "." as a name'],
    ['a//b', 'holds "" as a name'],
    ['a/', 'holds "" as a name'],
    ['a\0b', 'holds a NUL'],
    ['x'.repeat(256), 'has a name longer than 255 bytes'],
    ['é'.repeat(128), 'has a name longer than 255 bytes'],
    [Array(300).fill('abcd').join('/'), 'is longer than 1024 bytes'],
    ['\ud800', 'is not valid Unicode'],
    ['.slipway/ok', 'uses the reserved name .slipway'],
    ['.SLIPWAY', 'uses the reserved name .slipway'],
  ])('%j is refused', (bad, reason) => {
    expect(treePathProblem(bad)).toBe(reason);
  });
});

describe('a link', () => {
  test.each([
    ['a', 'b'],
    ['bin/tsc', '../typescript/bin/tsc'],
    ['a/b/c', '../../d'],
    ['a', './b'],
    ['a', 'b//c/'],
    ['a/b', '..'],
    ['lib.so', 'lib.so.1'],
  ])('%j → %j stays inside', (at, target) => {
    expect(linkProblem(at, target)).toBeNull();
  });

  test.each([
    ['a', '/usr/bin/python3', 'points to an absolute path'],
    ['a', '..', 'points out of the tree'],
    ['a/b', '../../c', 'points out of the tree'],
    ['a/b', './.././../c', 'points out of the tree'],
    // If `x` were a link to the root, `x/..` would be outside, although the text says otherwise.
    ['a', 'x/../b', 'goes up again behind a name'],
    ['a', '', 'has a target that is no path'],
    ['a', 'b\0', 'has a target that is no path'],
  ])('%j → %j is refused', (at, target, reason) => {
    expect(linkProblem(at, target)).toBe(reason);
  });

  test('that is allowed never resolves to a place outside', () => {
    const name = fc.constantFrom('a', 'b', '..', '.', '');
    const at = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(
        at,
        fc.array(name, { minLength: 1, maxLength: 8 }).map((names) => names.join('/')),
        (from, target) => {
          if (linkProblem(from, target) !== null) return;
          const resolved = path.posix.resolve('/tree/of/release', path.posix.dirname(from), target);
          expect(`${resolved}/`.startsWith('/tree/of/release/')).toBe(true);
        },
      ),
    );
  });
});

describe('paths of one tree', () => {
  test.each([
    [['a', 'a'], 'a'],
    [['README', 'readme'], 'README'],
    [['A/x', 'a/y'], 'A'],
    [['a', 'a/b'], 'a'],
    [['a/b', 'a'], 'a'],
    [['caf\u00e9', 'cafe\u0301'], 'caf\u00e9'],
    [['straße', 'STRASSE'], 'straße'],
    [['x/ſ', 'X/s'], 'x'],
  ])('%j collide', (paths, other) => {
    const collides = treeCollisions();
    expect(paths.map(collides)).toEqual([null, other]);
  });

  test('do not collide when they only share folders', () => {
    const collides = treeCollisions();
    expect(['a/b/c', 'a/b/d', 'a/e', 'b', 'ab'].map(collides)).toEqual([null, null, null, null, null]);
  });

  test('are ordered by their bytes, also beyond the basic plane', () => {
    expect(['\u{1f600}', '\uff5e', 'b', 'a/b', 'a.b', 'a'].sort(comparePaths)).toEqual([
      'a',
      'a.b',
      'a/b',
      'b',
      '\uff5e',
      '\u{1f600}',
    ]);
  });
});
