import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { summaryLine } from './summary-line.ts';

test.each([
  ['builds checkout@2', 'builds checkout@2'],
  [' two\n\tlines \u0007', 'two lines'],
  ['x'.repeat(201), `${'x'.repeat(197)}…`],
  ['🚢'.repeat(60), `${'🚢'.repeat(49)}…`],
  ['"'.repeat(150), `${'"'.repeat(98)}…`],
])('%j is summed up as %j', (text, line) => expect(summaryLine(text)).toBe(line));

test('whatever it is made of, it is one line of at most 200 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const line = summaryLine(text);
      expect(new TextEncoder().encode(JSON.stringify(line)).length - 2).toBeLessThanOrEqual(200);
      expect(line).not.toMatch(/[\n\r\p{Cc}]/u);
    }),
  );
});
