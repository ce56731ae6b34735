import { describe, expect, test } from '@jest/globals';
import type { HostId, Position } from '../names.ts';
import type { HostStatus } from './host-status.ts';
import { awaitsFirstReports, reportEveryMs } from './report-interval.ts';

describe('a host reports', () => {
  test.each([
    ['every minute when no goal concerns it', [], 60_000],
    ['three times within the shortest absentAfter', [180_000, 30_000], 10_000],
    ['never less than once a minute', [3_600_000], 60_000],
    ['never more than once a second', [1_500], 1_000],
  ])('%s', (_case, absentAfter, everyMs) =>
    expect(reportEveryMs(absentAfter.map((absentAfterMs) => ({ absentAfterMs })))).toBe(everyMs),
  );
});

const lastReport = (reportAgeMs: number | null, selected = { base: false, next: true }): HostStatus => ({
  host: 'h' as HostId,
  position: '0000000000000000' as Position,
  generation: 0,
  attempt: null,
  running: null,
  health: 'unknown',
  state: 'pending',
  refused: [],
  reason: null,
  pinned: false,
  maintenance: false,
  reportAgeMs,
  selected,
  snapshotted: false,
});

describe('a region that just began', () => {
  const goal = { absentAfterMs: 5_000, begunAgoMs: 100 };
  test.each([
    ['waits for a host that was asked to report once a minute', lastReport(40_000), goal, true],
    ['counts a host that reported lately at once', lastReport(4_000), goal, false],
    ['does not wait for a host that was silent before', lastReport(120_000), goal, false],
    ['does not wait for a host that never reported', lastReport(null), goal, false],
    ['does not wait for a host of another service', lastReport(40_000, { base: false, next: false }), goal, false],
    ['does not wait for a host whose report is as old as it was asked for', lastReport(90_100), goal, false],
    ['waits for a host whose last report is just too old', lastReport(5_000), goal, true],
    ['waits for a host that only the base selects', lastReport(40_000, { base: true, next: false }), goal, true],
    ['waits no longer than absentAfter', lastReport(40_000), { ...goal, begunAgoMs: 5_000 }, false],
    [
      'waits no longer than a host needs to hear of it',
      lastReport(61_000),
      { absentAfterMs: 60_000, begunAgoMs: 20_000 },
      false,
    ],
  ])('%s', (_case, host, input, waits) => expect(awaitsFirstReports([host], input)).toBe(waits));
});

test('one host that has yet to hear of it is waited for, whoever else reports', () => {
  const hosts = [lastReport(1_000), lastReport(40_000), lastReport(null)];
  expect(awaitsFirstReports(hosts, { absentAfterMs: 5_000, begunAgoMs: 100 })).toBe(true);
  expect(awaitsFirstReports([], { absentAfterMs: 5_000, begunAgoMs: 100 })).toBe(false);
});
