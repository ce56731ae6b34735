import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shareOf } from './batch-size.ts';

test.each([
  [{ hosts: 1 }, 0, 0],
  [{ hosts: 1 }, 20, 1],
  [{ hosts: 50 }, 20, 20],
  [{ percent: 5 }, 1, 1],
  [{ percent: 5 }, 20, 1],
  [{ percent: 5 }, 21, 2],
  [{ percent: 10 }, 30, 3],
  [{ percent: 7 }, 100, 7],
  [{ percent: 0.5 }, 20_000, 100],
  [{ percent: 0.07 }, 10_000, 7],
  [{ percent: 100 }, 4960, 4960],
])('%j of %d hosts is %d', (share, hosts, expected) => expect(shareOf(share, hosts)).toBe(expected));

const hosts = fc.integer({ min: 1, max: 100_000 });
const hundredths = fc.integer({ min: 1, max: 10_000 });

test('a share is never empty, never more than all, and never smaller than what it says', () => {
  fc.assert(
    fc.property(hosts, hundredths, (count, part) => {
      const share = shareOf({ percent: part / 100 }, count);
      return share >= 1 && share <= count && share * 10_000 >= count * part && (share - 1) * 10_000 < count * part;
    }),
  );
});

test('a larger percentage is never fewer hosts', () => {
  fc.assert(
    fc.property(hosts, hundredths, hundredths, (count, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)];
      return shareOf({ percent: less / 100 }, count) <= shareOf({ percent: more / 100 }, count);
    }),
  );
});
