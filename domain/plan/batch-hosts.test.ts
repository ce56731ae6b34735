import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inBatch } from '../goal/batch-order.ts';
import { fixBatch } from '../goal/batch.ts';
import { host } from '../goal/testing/given.ts';
import type { Position } from '../names.ts';
import type { Share } from '../spec/service-spec.ts';
import { batchHosts } from './batch-hosts.ts';

const [one, half, all] = [{ hosts: 1 }, { percent: 50 }, { percent: 100 }];

test.each<[string, readonly Share[], number, readonly number[]]>([
  ['four', [one, half, all], 4, [1, 2, 4]],
  ['one', [one, half, all], 1, [1, 1, 1]],
  ['an odd number, rounded up', [one, half, all], 5, [1, 3, 5]],
  ['fewer than a batch asks for', [{ hosts: 10 }, all], 3, [3, 3]],
  ['a share that is smaller than the one before', [{ hosts: 10 }, half], 12, [10, 10]],
  ['none', [one, all], 0, [0, 0]],
])('hosts of each batch, of %s', (_, batches, hosts, expected) => expect(batchHosts(batches, hosts)).toEqual(expected));

test('are as many as the batches bring when they begin', () => {
  const share = fc.oneof(
    fc.record({ hosts: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
  );
  fc.assert(
    fc.property(fc.array(share, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (batches, count) => {
      const hosts = Array.from({ length: count }, (_, at) => host(`h${at}`, String(100 + at)));
      let cut: Position | null = null;
      const reached = batches.map((each) => {
        const fixed = fixBatch(hosts, { share: each, cut, canaries: [], absentAfterMs: 5_000 });
        if (fixed.outcome === 'fixed') cut = fixed.cut;
        return hosts.filter((one) => inBatch({ cut, canaries: [] }, one)).length;
      });
      expect(batchHosts(batches, count)).toEqual(reached);
    }),
  );
});
