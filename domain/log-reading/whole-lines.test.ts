import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { wholeLines } from './whole-lines.ts';

const more = { full: false, last: false };

test.each([
  ['whole lines', 'one\ntwo\n', more, 8],
  ['no line that is not whole', 'one\ntw', more, 4],
  ['nothing of a single line without an end', 'one', more, 0],
  ['all, where nothing follows', 'one\ntw', { full: false, last: true }, 6],
  ['a line that fills a chunk', 'longer', { full: true, last: false }, 6],
  ['no half of a character', 'é'.repeat(3), { full: true, last: false }, 6],
])('passes on %s', (_, text, where, bytes) => {
  expect(wholeLines(Buffer.from(text), where)).toBe(bytes);
});

test('a text that is cut anywhere loses no character, however long its lines', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 9 }), (text, room) => {
      const bytes = Buffer.from(text.toWellFormed());
      let read = '';
      for (let at = 0; at < bytes.length;) {
        const piece = bytes.subarray(at, at + room);
        const taken = wholeLines(piece, { full: piece.length === room, last: at + piece.length === bytes.length });
        expect(taken).toBeGreaterThan(0);
        read += piece.subarray(0, taken).toString('utf8');
        at += taken;
      }
      expect(read).toBe(bytes.toString('utf8'));
    }),
  );
});
