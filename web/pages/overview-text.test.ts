import { expect, test } from '@jest/globals';
import { hostsFixture, laneFixture } from '../live/known.fixture.ts';
import type { BusyRow, Overview } from './overview-rows.ts';
import type { SettledRow } from './settled-rows.ts';
import { overviewTitle, settledLine } from './overview-text.ts';

const now = Date.parse('2026-11-25T12:14:00Z');

const settled = (changedAt: string | null, isSilent = false): SettledRow => ({
  service: {
    service: 'mail',
    repository: 'acme/mail',
    cloneUrl: 'file:///repositories/mail',
    branch: 'main',
    folder: '.',
    owners: [],
    currentRelease: 18,
    lane: laneFixture(),
    active: null,
    why: null,
    hosts: [],
    changedAt,
  },
  hosts: [{ ...hostsFixture('eu-west', 3), stale: isSilent }],
  changedAt,
});
const busy: BusyRow = {
  key: 'auth/1',
  mark: { mark: 'run', word: 'rolling' },
  path: '/s/auth/d/1',
  object: 'auth/1',
  cause: '',
  next: null,
  since: '2026-11-25T12:00:00Z',
  owners: [],
  deployment: null,
};
const overview = (parts: Partial<Overview>): Overview => ({ needs: [], moving: [], settled: [], ...parts });
const calm = overview({ settled: [settled('2026-11-25T11:00:00Z'), settled('2026-11-25T12:00:00Z'), settled(null)] });
const silent = overview({ settled: [settled('2026-11-25T12:00:00Z', true)] });

test('the title of the overview counts what needs someone, moves or is unknown, else what is settled', () => {
  expect(overviewTitle(calm, false)).toBe('3 settled');
  expect(overviewTitle(silent, false)).toBe('1 unknown');
  expect(overviewTitle({ ...silent, needs: [busy], moving: [busy, busy] }, false)).toBe(
    '1 need someone, 2 moving, 1 unknown',
  );
});

test('with stale data the title of the overview claims nothing of the present', () => {
  expect(overviewTitle(calm, true)).toBe('was: 3 settled');
  expect(overviewTitle({ ...calm, moving: [busy] }, true)).toBe('was: 1 moving');
});

test.each([
  ['how many there are and when one last changed', calm, false, '3 services settled, last change 14 min ago'],
  ['that nobody knows of some', silent, false, '1 service settled, 1 of them unknown, last change 14 min ago'],
  ['that none has changed yet', overview({ settled: [settled(null)] }), false, '1 service settled, no change yet'],
  ['with stale data what was', calm, true, 'was: 3 services settled, last change 14 min ago'],
])('where all is settled one line says %s', (_, shown, isStale, text) => {
  expect(settledLine(shown, now, isStale)).toBe(text);
});

test('nothing is called settled while something needs someone or moves, or before there is a service', () => {
  for (const shown of [{ ...calm, needs: [busy] }, { ...calm, moving: [busy] }, overview({})])
    expect(settledLine(shown, now, false)).toBeNull();
});
