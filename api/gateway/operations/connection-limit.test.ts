import { expect, test } from '@jest/globals';
import { connectionLimit, TooFewOpenFilesError } from './connection-limit.ts';

test.each([
  [400, 100],
  [1_024, 724],
  [Infinity, Infinity],
])('with %d files open there is room for %d connections', (openFiles, expected) => {
  expect(connectionLimit(openFiles)).toBe(expected);
});

test.each([0, 256, 315, 399])('with %d a gateway does not start, and says what it needs', (openFiles) => {
  expect(() => connectionLimit(openFiles)).toThrow(TooFewOpenFilesError);
  expect(() => connectionLimit(openFiles)).toThrow(`it may have ${openFiles} files open (ulimit -n)`);
});
