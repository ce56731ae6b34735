import { expect, test } from '@jest/globals';
import { shortcutOf } from './shortcuts.ts';

const free = { isTyping: false, isModified: false };

test.each([
  ['', '/', 'find'],
  ['g', 'o', 'overview'],
  ['', 'o', null],
  ['', 'g', null],
  ['', 'j', 'next-row'],
  ['g', 'j', null],
  ['', 'k', 'row-before'],
  ['', '?', 'help'],
  ['', 'Enter', null],
] as const)('after %j the key %s means %s', (before, key, shortcut) =>
  expect(shortcutOf(before, { key, ...free })).toBe(shortcut),
);

test('who types, or speaks to the browser, gets no shortcut', () => {
  expect(shortcutOf('', { key: '/', isTyping: true, isModified: false })).toBeNull();
  expect(shortcutOf('', { key: 'j', isTyping: false, isModified: true })).toBeNull();
});
