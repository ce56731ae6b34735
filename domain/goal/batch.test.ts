import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostId } from '../names.ts';
import type { Share } from '../spec/service-spec.ts';
import { inBatch, lowestPosition } from './batch-order.ts';
import { fixBatch } from './batch.ts';
import type { BatchInput } from './batch.ts';
import type { HostStatus } from './host-status.ts';
import { host, position } from './testing/given.ts';

const absentAfterMs = 5_000;
const input = (share: Share, change: Partial<BatchInput> = {}): BatchInput => ({
  share,
  cut: null,
  canaries: [],
  absentAfterMs,
  ...change,
});
const absent = { reportAgeMs: absentAfterMs };
const four = ['1', '2', '3', '4'].map((at) => host(`h${at}`, at));
const named = (...hosts: readonly string[]) => hosts.map(hostId);

describe('a batch', () => {
  test('takes the share of the live hosts that have the lowest positions, whatever order they come in', () => {
    const batch = fixBatch(four.toReversed(), input({ percent: 50 }));
    expect(batch).toMatchObject({ cut: position('2'), hosts: named('h1', 'h2'), cumulative: 2 });
  });

  test('brings only the hosts that those before it have not', () => {
    const batch = fixBatch(four, input({ percent: 75 }, { cut: position('1') }));
    expect(batch).toMatchObject({ cut: position('3'), hosts: named('h2', 'h3'), cumulative: 3 });
  });

  test('lists absent, pinned and maintenance hosts, and counts none of them', () => {
    const hosts = [
      host('h1', '1', absent),
      host('h2', '2', { pinned: true }),
      host('h3', '3', { maintenance: true }),
      host('h4', '4'),
      host('h5', '5', { reportAgeMs: null }),
    ];
    expect(fixBatch(hosts, input({ hosts: 1 }))).toEqual({
      outcome: 'fixed',
      cut: position('4'),
      canaries: [],
      hosts: named('h4'),
      cumulative: 1,
      absent: named('h1', 'h5'),
      pinned: named('h2'),
      maintenance: named('h3'),
    });
  });

  test('may bring nobody, when its share was reached before', () => {
    const batch = fixBatch(four.slice(0, 2), input({ percent: 50 }, { cut: position('1') }));
    expect(batch).toMatchObject({ cut: position('1'), hosts: [], cumulative: 1 });
  });

  test('starts with the canaries, which need no cut', () => {
    const canaries = named('h4');
    expect(fixBatch(four, input({ hosts: 1 }, { canaries }))).toMatchObject({
      cut: lowestPosition,
      hosts: named('h4'),
    });
    expect(fixBatch(four, input({ hosts: 2 }, { canaries }))).toMatchObject({
      cut: position('1'),
      hosts: named('h4', 'h1'),
    });
  });

  test('brings no more canaries than it is large; the others have the first turn in those after it', () => {
    const canaries = named('h4', 'h3');
    const one = fixBatch(four, input({ hosts: 1 }, { canaries }));
    expect(one).toMatchObject({ cut: lowestPosition, canaries: named('h3'), hosts: named('h3'), cumulative: 1 });
    const after = { cut: lowestPosition, canaries: named('h3'), laterCanaries: named('h4') };
    const three = fixBatch(four, input({ hosts: 3 }, after));
    expect(three).toMatchObject({ cut: position('1'), canaries: named('h3', 'h4'), hosts: named('h4', 'h1') });
  });

  test('leaves out hosts that no placement selects any more', () => {
    const hosts = [host('h1', '1', { selected: { base: false, next: false } }), host('h2', '2')];
    expect(fixBatch(hosts, input({ hosts: 1 }))).toMatchObject({ cut: position('2'), hosts: named('h2') });
  });

  test.each<[string, readonly HostStatus[], string]>([
    ['there is no host', [], 'no host'],
    ['all hosts are absent', [host('h1', '1', absent)], 'no host'],
    ['the only live host is in maintenance', [host('h1', '1', { maintenance: true })], 'no host'],
    ['all live hosts are pinned', [host('h1', '1', { pinned: true }), host('h2', '2', absent)], 'all hosts pinned'],
  ])('waits when %s', (_when, hosts, reason) => {
    expect(fixBatch(hosts, input({ hosts: 1 }))).toEqual({ outcome: 'waiting', reason });
  });
});

describe('over the batches of a region, whoever comes and goes', () => {
  const anyHost = fc.record({
    at: fc.stringMatching(/^[0-9a-e]{3}$/),
    ages: fc.array(fc.constantFrom(0, 60_000), { minLength: 4, maxLength: 4 }),
    pinned: fc.boolean(),
  });
  const anyFleet = fc.uniqueArray(anyHost, { minLength: 1, maxLength: 12, selector: ({ at }) => at });

  test('the cut never falls, and every batch reaches its share of the hosts that can take part', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        let cut: BatchInput['cut'] = null;
        for (const [index, percent] of [1, 30, 60, 100].entries()) {
          const hosts = fleet.map(({ at, ages, pinned }) => host(`h${at}`, at, { reportAgeMs: ages[index]!, pinned }));
          const batch = fixBatch(hosts, input({ percent }, { cut }));
          if (batch.outcome === 'waiting') continue;
          expect(batch.cut >= (cut ?? lowestPosition)).toBe(true);
          cut = batch.cut;
          const ready = hosts.filter(({ reportAgeMs, pinned }) => reportAgeMs === 0 && !pinned);
          const allowed = ready.filter((one) => inBatch({ cut, canaries: [] }, one));
          expect(allowed.length).toBe(batch.cumulative);
          expect(batch.cumulative).toBeGreaterThanOrEqual(Math.ceil((ready.length * percent) / 100));
        }
      }),
    );
  });
});

describe('a batch that nobody can be in', () => {
  const [pinned, maintained] = [{ pinned: true }, { maintenance: true }];
  test.each([
    ['waits for a host where none is live', [host('h1', '1', absent)], 'no host'],
    ['waits for a host where there is none', [], 'no host'],
    ['is for a person where all are pinned', [host('h1', '1', pinned), host('h2', '2', pinned)], 'all hosts pinned'],
    [
      'waits where one of them is only in maintenance',
      [host('h1', '1', pinned), host('h2', '2', maintained)],
      'no host',
    ],
    [
      'is for a person where the others are silent',
      [host('h1', '1', pinned), host('h2', '2', absent)],
      'all hosts pinned',
    ],
  ] as const)('%s', (_what, hosts, reason) => {
    expect(fixBatch(hosts, input({ hosts: 1 }))).toEqual({ outcome: 'waiting', reason });
  });
});

test('hosts of the base and hosts of the next release are in a batch, others are not', () => {
  const hosts = [
    host('old', '1', { selected: { base: true, next: false } }),
    host('new', '2', { selected: { base: false, next: true } }),
    host('other', '3', { selected: { base: false, next: false } }),
  ];
  expect(fixBatch(hosts, input({ percent: 100 }))).toMatchObject({
    hosts: named('old', 'new'),
    cumulative: 2,
    absent: [],
  });
});

test('hosts of the same position are in one batch', () => {
  const twins = ['h1', 'h2'].map((name) => host(name, '1'));
  expect(fixBatch([...twins, host('h3', '2')], input({ hosts: 1 }))).toMatchObject({ hosts: named('h1', 'h2') });
});
