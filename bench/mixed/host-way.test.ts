import { expect, test } from '@jest/globals';
import type { DurableEvent } from '../../domain/host/events.ts';
import { serviceName, type Digest } from '../../domain/names.ts';
import { neverWentBack, wayOf, wayText } from './host-way.ts';

const service = serviceName('checkout');
const digest = (number: number): Digest => `sha256:${String(number).padStart(64, '0')}` as Digest;
const releases = new Map([1, 2, 3].map((number) => [digest(number), number]));
const switched = (to: number, of = service): DurableEvent => ({
  type: 'switched',
  atMs: 0,
  service: of,
  to: digest(to),
});
const confirmed = (release: number): DurableEvent => ({
  type: 'confirmed',
  atMs: 0,
  service,
  release: digest(release),
});

test("a host's way is told by what it switched to, of its own service alone", () => {
  const way = wayOf([switched(1), switched(9, serviceName('other')), switched(2), confirmed(2)], service, releases);
  expect(way).toEqual({ releases: [1, 2], arrived: true });
  expect(wayText(way)).toBe('1 → 2');
});

test('a host has arrived once it confirmed what it switched to last', () => {
  expect(wayOf([switched(1), confirmed(1), switched(2)], service, releases).arrived).toBe(false);
  expect(wayOf([switched(2), confirmed(2), switched(1), confirmed(2)], service, releases).arrived).toBe(false);
});

test.each([
  [[1, 2, 3], true],
  [[1, 3], true],
  [[1, 2, 1, 3], false],
  [[1, 1], false],
])('%j: never back is %s', (ways, never) => {
  expect(neverWentBack({ releases: ways })).toBe(never);
});
