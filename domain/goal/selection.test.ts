import { expect, test } from '@jest/globals';
import { matches } from './selection.ts';

test.each([
  ['an empty selector matches every host', {}, { role: 'web' }, true],
  ['a label that is there', { role: 'web' }, { role: 'web', zone: 'a' }, true],
  ['a label with another value', { role: 'web' }, { role: 'db' }, false],
  ['a label that is missing', { role: 'web' }, { zone: 'a' }, false],
  ['every label must be there', { role: 'web', zone: 'a' }, { role: 'web' }, false],
  ['a label that every object has', { constructor: 'web' }, {}, false],
])('%s', (_what, selector, labels, expected) => {
  expect(matches(selector as Record<string, string>, labels as Record<string, string>)).toBe(expected);
});
