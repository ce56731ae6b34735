import { expect, test } from '@jest/globals';
import { screenLines } from './terminal-screen.ts';

test.each([
  ['one\r\ntwo', ['one', 'two']],
  ['one\rT', ['Tne']],
  ['one\r\ntwo\u001b[2K\u001b[1A\u001b[2K\u001b[Gthree', ['three', '']],
  ['\u001b[?25l\u001b[32mgreen\u001b[39m', ['green']],
  ['old\r\nold\u001b[1A\u001b[Gnew\u001b[J', ['new']],
])('%j is shown as %j', (output, expected) => {
  expect(screenLines(output)).toEqual(expected);
});

test('an order that it does not know is an error', () => {
  expect(() => screenLines('\u001b[3S')).toThrow('not known');
});
