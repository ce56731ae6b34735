import { expect, test } from '@jest/globals';
import { hostsFixture, serviceFixture } from '../live/known.fixture.ts';
import {
  filtered,
  mostColumns,
  ownersOf,
  pageSizeFor,
  regionsOf,
  runningRelease,
  type SettledRow,
} from './settled-rows.ts';

test.each([
  [0, 50],
  [2, 50],
  [3, 45],
  [8, 20],
  [9, 50],
])('with %i regions a page has %i services', (regions, size) => {
  expect(pageSizeFor(regions)).toBe(size);
});

test('whatever stands in its cells, a page of services has at most 1,500 elements, and ten rows at least', () => {
  for (let regions = 0; regions <= mostColumns; regions++) {
    // Nine for the row and its name with a lock and a cause; eight for a cell: itself, a release, a mark of five, an age.
    expect(pageSizeFor(regions) * (9 + 8 * regions)).toBeLessThanOrEqual(1_500);
    expect(pageSizeFor(regions)).toBeGreaterThanOrEqual(10);
  }
});

test('rows are found by name, owner, region and state', () => {
  const silent = { ...hostsFixture('ap-south', 3), stale: true };
  const settled = [serviceFixture('auth'), serviceFixture('mail', { hosts: [silent], owners: ['post'] })].map(
    (each): SettledRow => ({
      service: each,
      hosts: each.hosts,
      changedAt: null,
    }),
  );
  const names = (find: string, region = '', state = '', owner = ''): string[] =>
    filtered(settled, { find, owner, region, state }).map((row) => row.service.service);
  expect(names('')).toEqual(['auth', 'mail']);
  expect(names('POST ma')).toEqual(['mail']);
  expect(names('', 'eu-west')).toEqual(['auth']);
  expect(names('', '', 'unknown')).toEqual(['mail']);
  expect(names('', 'eu-west', 'unknown')).toEqual([]);
  expect(names('', '', 'healthy')).toEqual(['auth']);
  expect(names('', '', '', 'post')).toEqual(['mail']);
  expect(names('', 'eu-west', '', 'post')).toEqual([]);
  expect(ownersOf(settled)).toEqual(['payments', 'post']);
  expect(regionsOf(settled)).toEqual(['ap-south', 'eu-west']);
});

test('the release that most hosts run stands for the region', () => {
  const running = [
    { release: 17, hosts: 1 },
    { release: 18, hosts: 9 },
  ];
  expect(runningRelease({ ...hostsFixture('eu-west', 9), running })).toBe(18);
  expect(runningRelease({ ...hostsFixture('eu-west', 0), running: [] })).toBeNull();
});
