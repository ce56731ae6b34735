import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Deployment, DeploymentRegion } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import type { Room } from '../live/room.ts';
import { textOf } from '../live/styled-line.ts';
import { afterNoon, deployment, noHosts, now, regionOf, reportOf, service, why } from '../shown.fixture.ts';
import type { Status } from '../status.ts';
import { serviceLines } from '../status-text.ts';
import { statusFrame } from './status-frame.ts';

const wide: Room = { columns: 100, rows: 24, hasUnicode: true };

const healthy = Array.from({ length: 42 }, (_, index) => reportOf(`fine-${String(index).padStart(2, '0')}`));
const switching = reportOf('ap-east', { hosts: { ...noHosts, total: 2, healthy: 1, switching: 1 } });
const silent = reportOf('sa-east', { stale: true, at: afterNoon(-540) });
const unhealthy = reportOf('us-east', { hosts: { ...noHosts, total: 2, healthy: 1, unhealthy: 1 } });
/** By name, as the api answers them. */
const fortyFive = [switching, ...healthy, silent, unhealthy];

const statusOf = (hosts: readonly ServiceHosts[], regions: readonly DeploymentRegion[] = []): Status => {
  const active: Deployment = { ...deployment, why, regions: [...regions] };
  return {
    services: [service],
    linesAt: (at) => serviceLines({ ...service, hosts: [...hosts] }, active, at),
    command: 'slipway status checkout',
    document: { services: [service] },
    next: [],
  };
};

const shown = (status: Status, room: Partial<Room> = {}): string[] =>
  statusFrame(status, { type: 'found', afterMs: 0 }, now.getTime(), { ...wide, ...room }).map(textOf);

const heading = 'checkout  @411 → @412  checkout/87 ▶ rolling';
const lane = '  lane  nothing waits, not locked';
const cause = '  why   held: budget exceeded; since 2026-11-24 11:56 UTC, 4 min';
const next = '  next  slipway resume checkout/87   (a person must resume or abort it)';

test('of fifty regions those in trouble stay, the worst first, and so do cause and next step; the fine are counted', () => {
  expect(shown(statusOf(fortyFive), { rows: 8 })).toEqual([
    heading,
    '  us-east  @?  ✕ unhealthy  1 of 2      3 s',
    '  sa-east  @?  ? unknown    was 2 of 2  9 min 1 s',
    '  ap-east  @?  ▶ switching  1 of 2      3 s',
    lane,
    cause,
    next,
    '+ 42 regions fine: slipway status checkout',
  ]);
});

test('fine ones are shown in what room is left', () => {
  const lines = shown(statusOf(fortyFive), { rows: 10 });
  expect(lines.slice(4, 6)).toEqual([expect.stringMatching(/^ {2}fine-00/), expect.stringMatching(/^ {2}fine-01/)]);
  expect(lines.at(-1)).toBe('+ 40 regions fine: slipway status checkout');
});

test('where all of it fits regions keep the order of their names', () => {
  const lines = shown(statusOf([switching, ...healthy.slice(0, 1), unhealthy]), { rows: 7 });
  expect(lines.map((line) => line.trim().split(' ')[0])).toEqual([
    'checkout',
    'ap-east',
    'fine-00',
    'us-east',
    'lane',
    'why',
    'next',
  ]);
});

test('a region in which the deployment is stuck comes first, though its hosts are well', () => {
  const stuck = regionOf('fine-41', { state: 'rolling', batch: 1, reason: 'waits for its window' });
  const lines = shown(statusOf(fortyFive, [stuck]), { rows: 10 });
  expect(lines[1]).toMatch(/^ {2}fine-41/);
  expect(lines).toContain('        fine-41: waits for its window');
  expect(lines.at(-1)).toBe('+ 41 regions fine: slipway status checkout');
});

test('what is left out on a very small screen is counted by what it is', () => {
  const stuck = regionOf('fine-41', { state: 'rolling', batch: 1, reason: 'waits for its window' });
  expect(shown(statusOf(fortyFive, [stuck]), { rows: 6 }).slice(1)).toEqual([
    expect.stringMatching(/^ {2}fine-41/),
    lane,
    cause,
    next,
    '+ 3 regions more, + 41 regions fine, + 1 line more: slipway status checkout',
  ]);
  expect(shown(statusOf(fortyFive), { rows: 3 })).toEqual([
    heading,
    cause,
    '+ 3 regions more, + 42 regions fine, + 2 lines more: slipway status checkout',
  ]);
});

test('it is never higher than the screen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(45), (rows, count) => {
      const lines = shown(statusOf(fortyFive.slice(0, count)), { rows });
      expect(lines.length).toBe(Math.min(rows, count + 4));
    }),
  );
});
