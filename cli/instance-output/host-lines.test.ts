import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostId } from '../../domain/names.ts';
import { createHostLines } from './host-lines.ts';

const host = hostId('eu-west-1');
const chunk = (sequence: number, text: string, over: object = {}) => ({
  host,
  sequence,
  text,
  gap: false,
  ended: null,
  ...over,
});

test('a line that came in two chunks is one, and what comes again is passed over', () => {
  const lines = createHostLines();
  expect(lines.take(chunk(1, 'one\ntw')).map(({ line }) => line)).toEqual(['one']);
  expect(lines.take(chunk(1, 'one\ntw'))).toEqual([]);
  expect(lines.take(chunk(2, 'o\n')).map(({ line }) => line)).toEqual(['two']);
  expect(lines.seen).toEqual({ 'eu-west-1': 2 });
});

test('lines of several hosts are not mixed', () => {
  const lines = createHostLines();
  lines.take(chunk(1, 'be'));
  expect(lines.take({ ...chunk(1, 'other\n'), host: hostId('b') })).toMatchObject([{ host: 'b', line: 'other' }]);
  expect(lines.take(chunk(2, 'gun\n'))).toMatchObject([{ host: 'eu-west-1', line: 'begun' }]);
});

test('what was skipped is said, between what stood before and after it', () => {
  const lines = createHostLines();
  lines.take(chunk(1, 'half'));
  expect(lines.take(chunk(2, 'new\n', { gap: true })).map(({ line, isGap }) => [line, isGap])).toEqual([
    ['half', false],
    [expect.stringContaining('skipped'), true],
    ['new', false],
  ]);
});

test('a last line without an end is shown when the host sends no more', () => {
  const lines = createHostLines();
  lines.take(chunk(1, 'no end'));
  expect(lines.take(chunk(2, '', { ended: 'read' }))).toMatchObject([{ line: 'no end' }]);
});

test('however a text is cut into chunks, its lines are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (pieces) => {
      const lines = createHostLines();
      const taken = [...pieces, '\n'].flatMap((text, at) => lines.take(chunk(at + 1, text)));
      expect(taken.map(({ line }) => line).join('\n')).toBe(pieces.join(''));
    }),
  );
});
