import { expect, test } from '@jest/globals';
import { plainText } from './plain-text.ts';

test.each([
  ['a colour', '\u001b[31mred', ' [31mred'],
  ['a line of its own', 'one\r\ntwo', 'one  two'],
  ['a turned direction', 'user\u202e\u2066// \u2069\u2066admin', 'user// admin'],
  ['marks of direction', 'a\u200e\u200f\u061cb', 'ab'],
  ['letters that are written from the right', 'שלום', 'שלום'],
  ['an emoji of several', '👩\u200d🚀', '👩\u200d🚀'],
])('a text of a stranger cannot steer a terminal with %s', (_, text, expected) => {
  expect(plainText(text)).toBe(expected);
});
