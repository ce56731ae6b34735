import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { captureLog } from './captured-log.ts';

function capture(capBytes: number, pieces: readonly Uint8Array[]) {
  const log = captureLog(capBytes);
  for (const piece of pieces) log.write(Buffer.from(piece));
  return log.end();
}

test('an output within the cap is kept as it is, however it comes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), (pieces) => {
      expect(capture(100, pieces)).toEqual({ bytes: Buffer.concat(pieces), truncated: false });
    }),
  );
});

test('of a longer one the first quarter and the last three are kept, and the gap says how much is missing', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 3, maxLength: 30 }), (pieces) => {
      const all = Buffer.concat(pieces);
      fc.pre(all.length > 40);
      const gap = Buffer.from(`\n[… ${all.length - 40} bytes left out …]\n`);
      const bytes = Buffer.concat([all.subarray(0, 10), gap, all.subarray(-30)]);
      expect(capture(40, pieces)).toEqual({ bytes, truncated: true });
    }),
  );
});
