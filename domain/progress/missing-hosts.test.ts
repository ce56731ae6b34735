import { describe, expect, test } from '@jest/globals';
import { hostId, regionName } from '../names.ts';
import { knownMissing, withoutText } from './missing-hosts.ts';
import type { NamedHosts } from './missing-hosts.ts';
import { withChanged } from './region-progress.ts';

const list = (...names: string[]): NamedHosts => ({ count: names.length, hosts: names.map(hostId) });
const many = list(...Array.from({ length: 20 }, (_, index) => `h${index}`));

describe('hosts that a success does not speak for', () => {
  test('are those last heard of, each kind by itself, without empty lists', () => {
    const before = { absent: list('a'), failed: list('f') };
    expect(knownMissing(before, { absent: list(), lost: list('l') })).toEqual({ failed: list('f'), lost: list('l') });
  });

  test('are all counted, and the first of them named', () => {
    expect(knownMissing({}, { absent: { ...many, count: 900 } }).absent).toEqual({
      count: 900,
      hosts: many.hosts.slice(0, 10),
    });
  });

  test.each([
    [[], ''],
    [[{}, { missing: {} }], ''],
    [
      [{ missing: { lost: list('c') } }, { missing: { absent: list('a'), lost: list('d') } }],
      '; without 1 host absent (a), 2 hosts lost (c, d)',
    ],
    [
      [{ missing: { maintenance: { ...many, count: 4_000 } } }],
      '; without 4,000 hosts in maintenance (h0, h1, h2, h3, h4 and 3,995 more)',
    ],
  ])('%j are told as "%s"', (regions, text) => {
    expect(withoutText(regions)).toBe(text);
  });
});

test('of the regions shown those that changed are exchanged where they stand, and new ones come last', () => {
  const at = (name: string, batch: number) =>
    ({
      region: regionName(name),
      state: 'rolling',
      batch,
      batches: 2,
      hosts: { total: 0, switched: 0, healthy: 0, failed: 0 },
      reason: null,
    }) as const;
  expect(withChanged([at('a', 1), at('b', 1)], [at('c', 1), at('a', 2)])).toEqual([at('a', 2), at('b', 1), at('c', 1)]);
});
