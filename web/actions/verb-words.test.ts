import { expect, test } from '@jest/globals';
import { verbWord } from './verb-words.ts';

test.each([
  ['abort', true, 'Abort and undo…'],
  ['abort', false, 'Abort…'],
  ['approve', false, 'Approve…'],
  ['pause', true, 'Pause'],
] as const)('the button of %s says what it does, where hosts may have switched (%j): %s', (verb, isTouched, word) => {
  expect(verbWord(verb, isTouched)).toBe(word);
});
