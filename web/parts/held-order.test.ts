import { expect, test } from '@jest/globals';
import { inHeldOrder } from './held-order.ts';

test.each([
  ['what was sorted anew stays', 'cab', 'abc', 'abc'],
  ['what is gone leaves no gap', 'ca', 'abc', 'ac'],
  ['what came since stands last, in its own order', 'xcyab', 'abc', 'abcxy'],
  ['without anything held, as it is', 'cab', '', 'cab'],
])('%s', (_, rows, held, shown) => {
  expect(inHeldOrder(rows.split(''), (row) => row, held.split('')).join('')).toBe(shown);
});
