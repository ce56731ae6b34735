import { expect, test } from '@jest/globals';
import { briefDuration } from './brief-duration.ts';
import { hasUnicode, isLiveTerminal } from './room.ts';
import { cutLine, padTo, textOf, widthOf, wrapLine } from './styled-line.ts';

test.each([
  ['plain', 5],
  ['✓ done', 6],
  ['✋', 2],
  ['日本', 4],
  ['🚀', 2],
  ['e\u0301', 1],
  ['👩‍🚀', 2],
])('%s takes %i columns', (text, expected) => {
  expect(widthOf(text)).toBe(expected);
  expect(widthOf(padTo(text, 9))).toBe(9);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['ab\u001b[31mc', 20, 'ab [31mc'],
])('%j in %i columns is %j', (text, columns, expected) => {
  expect(textOf(cutLine([{ text }], columns))).toBe(expected);
});

test('a cut goes through the pieces of a line, which keep their tones', () => {
  expect(cutLine([{ text: 'abc', tone: 'good' }, { text: 'def' }, { text: 'ghi' }], 5)).toEqual([
    { text: 'abc', tone: 'good' },
    { text: 'd' },
    { text: '…' },
  ]);
});

test.each([
  [0, '0.0 s'],
  [1_740, '1.7 s'],
  [9_960, '10 s'],
  [130_000, '2:10'],
  [3_730_000, '1:02:10'],
])('%i ms are %s', (ms, expected) => {
  expect(briefDuration(ms)).toBe(expected);
});

test.each([
  [{ TERM: 'xterm' }, true],
  [{ TERM: 'dumb' }, false],
  [{}, false],
  [{ TERM: 'xterm', NO_COLOR: '1' }, false],
  [{ TERM: 'xterm', CI: 'true' }, false],
])('%o is a terminal to draw on: %s', (environment, expected) => {
  expect(isLiveTerminal({ isTTY: true }, environment)).toBe(expected);
  expect(isLiveTerminal({}, environment)).toBe(false);
});

test.each([
  [{ LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'C.utf8' }, true],
  [{ LANG: 'C' }, false],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
  [{}, false],
])('%o has Unicode: %s', (environment, expected) => {
  expect(hasUnicode(environment)).toBe(expected);
});

test.each([
  ['in no place where it fits', 44, ['✕ failed after 4 s  the build ended with 1']],
  ['between words', 22, ['✕ failed after 4 s', 'the build ended with 1']],
  [
    'and keeps a word that is wider than a line',
    3,
    ['✕', 'failed', 'after', '4 s', 'the', 'build', 'ended', 'with', '1'],
  ],
])('a line that stays is broken %s', (_, columns, lines) => {
  const line = [{ text: '✕ failed after 4 s', tone: 'bad' as const }, { text: '  the build ended with 1' }];
  expect(wrapLine(line, columns).map(textOf)).toEqual(lines);
});

test('each part of a broken line keeps its tone', () => {
  const line = [{ text: 'one two', tone: 'bad' as const }, { text: '  three' }];
  expect(wrapLine(line, 5)).toEqual([
    [{ text: 'one', tone: 'bad' }],
    [{ text: 'two', tone: 'bad' }],
    [{ text: 'three' }],
  ]);
});
