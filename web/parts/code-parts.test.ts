import { expect, test } from '@jest/globals';
import { codeParts } from './code-parts.ts';

test.each([
  ['Sign in again.', ['Sign in again.']],
  ['Send `application/json`.', ['Send ', ['application/json'], '.']],
  ['`a` and `b`', [['a'], ' and ', ['b']]],
  ['a ` alone', ['a ` alone']],
  ['', []],
])('%s has its code apart', (text, expected) => {
  expect(codeParts(text).map((part) => (part.isCode ? [part.text] : part.text))).toEqual(expected);
});
