import { expect, test } from '@jest/globals';
import { screenCells, screenLines } from './terminal-screen.ts';

test.each([
  ['one\r\ntwo', ['one', 'two']],
  ['one\rT', ['Tne']],
  ['one\r\ntwo\u001b[2K\u001b[1A\u001b[2K\u001b[Gthree', ['three', '']],
  ['\u001b[?25l\u001b[32mgreen\u001b[39m', ['green']],
  ['old\r\nold\u001b[1A\u001b[Gnew\u001b[J', ['new']],
])('%j is shown as %j', (output, expected) => {
  expect(screenLines(output)).toEqual(expected);
});

test('a sign has the colour and weight that were in force when it was written', () => {
  const [cells = []] = screenCells('\u001b[1m\u001b[32ma\u001b[39mb\u001b[22mc\u001b[31md\u001b[0me');
  expect(cells.map(({ sign, style }) => `${sign} ${style}`)).toEqual(['a 1;32', 'b 1', 'c ', 'd 31', 'e ']);
});

test('an order that it does not know is an error', () => {
  expect(() => screenLines('\u001b[3S')).toThrow('not known');
});
