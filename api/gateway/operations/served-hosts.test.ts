import { expect, test } from '@jest/globals';
import { hostId } from '../../../domain/names.ts';
import { openServedHosts } from './served-hosts.ts';

const [a, b, c] = ['a', 'b', 'c'].map(hostId) as [ReturnType<typeof hostId>, ...ReturnType<typeof hostId>[]];

test('a host is being served until two minutes after its last poll', () => {
  let nowMs = 0;
  const served = openServedHosts(() => nowMs);
  served.add(a);
  nowMs = 119_999;
  expect([served.has(a), served.has(b!)]).toEqual([true, false]);
  served.add(a);
  nowMs = 239_998;
  expect(served.has(a)).toBe(true);
  nowMs = 239_999;
  expect(served.has(a)).toBe(false);
});

test('beyond so many hosts the one whose poll is the oldest is forgotten', () => {
  const served = openServedHosts(() => 0, 2);
  for (const host of [a, b!, a, c!]) served.add(host);
  expect([a, b!, c!].map((host) => served.has(host))).toEqual([true, false, true]);
});
