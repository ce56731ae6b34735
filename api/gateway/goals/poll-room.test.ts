import { expect, test } from '@jest/globals';
import { hostId, serviceName, type HostId } from '../../../domain/names.ts';
import { openPollRoom } from './poll-room.ts';

const { signal } = new AbortController();

test('of thousands who wait, those who may run what is coming are answered first, and the loop is free in between', async () => {
  const room = openPollRoom();
  const answered: HostId[] = [];
  const hosts = Array.from({ length: 1_000 }, (_, index) => hostId(`h${index}`));
  const waiting = hosts.map(async (host) => {
    await room.wait(host, 60_000, () => true, signal);
    answered.push(host);
  });
  const allowed = new Set(hosts.slice(-5));
  room.look(serviceName('checkout'), (host) => allowed.has(host));
  await new Promise(setImmediate);
  expect(answered.slice(0, 5)).toEqual([...allowed]);
  expect(answered.length).toBeLessThan(500);
  await Promise.all(waiting);
  expect([answered.length, room.size()]).toEqual([1_000, 0]);
});

test('who waits anew while others are still being answered is answered by the next change only', async () => {
  const room = openPollRoom();
  const hosts = Array.from({ length: 100 }, (_, index) => hostId(`h${index}`));
  const first = hosts.map((host) => room.wait(host, 60_000, () => true, signal));
  room.look(serviceName('checkout'));
  const again = room.wait(hosts[99]!, 60_000, () => true, signal);
  await Promise.all(first);
  expect(room.size()).toBe(1);
  room.look(serviceName('checkout'));
  await again;
});
