import { expect, test } from '@jest/globals';
import { textTable } from './text-table.ts';

test('columns are as wide as their widest cell is on a terminal, whatever it is written in', () => {
  expect(
    textTable([
      ['日本語', 'a'],
      ['✋ held', 'b'],
      ['plain', ''],
    ]),
  ).toEqual(['日本語   a', '✋ held  b', 'plain']);
});
