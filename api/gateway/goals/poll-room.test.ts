import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { hostId, serviceName, type HostId } from '../../../domain/names.ts';
import { openPollRoom } from './poll-room.ts';

const asking = () => {
  const answer = Object.assign(new EventEmitter(), { closed: false, destroy: () => void answer.emit('close') });
  return answer;
};

test('of thousands who wait, those who may run what is coming are answered first, and the loop is free in between', async () => {
  const room = openPollRoom();
  const answered: HostId[] = [];
  const hosts = Array.from({ length: 1_000 }, (_, index) => hostId(`h${index}`));
  const waiting = hosts.map(async (host) => {
    await room.wait(host, 60_000, () => true, asking());
    answered.push(host);
  });
  const allowed = new Set(hosts.slice(-5));
  room.look(serviceName('checkout'), (host) => (allowed.has(host) ? 'first' : 'next'));
  await new Promise(setImmediate);
  expect(answered.slice(0, 5)).toEqual([...allowed]);
  expect(answered.length).toBeLessThan(500);
  await Promise.all(waiting);
  expect([answered.length, room.size()]).toEqual([1_000, 0]);
});

test('whose turn is later hears of a change when its poll is over', async () => {
  const room = openPollRoom();
  const [now, later] = [hostId('now'), hostId('later')];
  const told: [HostId, string | null][] = [];
  const waits = (host: HostId, waitMs: number) =>
    room.wait(host, waitMs, () => true, asking()).then((asked) => void told.push([host, asked]));
  const all = [waits(later, 200), waits(now, 60_000)];
  room.look(serviceName('checkout'), (host) => (host === later ? 'later' : 'next'));
  await all[1];
  expect([told, room.size()]).toEqual([[[now, 'checkout']], 1]);
  await all[0];
  expect(told[1]).toEqual([later, null]);
});

test('whose turn is soon hears of a change when there is time, and of the newest goal only', async () => {
  const room = openPollRoom();
  const hosts = Array.from({ length: 60 }, (_, index) => hostId(`h${index}`));
  const told: (string | null)[] = [];
  const all = hosts.map((host) => room.wait(host, 60_000, () => true, asking()).then((asked) => void told.push(asked)));
  room.look(serviceName('checkout'), () => 'soon');
  await new Promise(setImmediate);
  expect(told).toHaveLength(20);
  room.look(serviceName('checkout'), (host) => (host === hosts[59] ? 'first' : 'later'));
  await all[59];
  expect(told.slice(19)).toEqual([null, 'checkout']);
  await Promise.all(all);
  expect([told.length, room.size()]).toEqual([60, 0]);
});

test('who waits anew while others are still being answered is answered by the next change only', async () => {
  const room = openPollRoom();
  const hosts = Array.from({ length: 100 }, (_, index) => hostId(`h${index}`));
  const first = hosts.map((host) => room.wait(host, 60_000, () => true, asking()));
  room.look(serviceName('checkout'));
  const again = room.wait(hosts[99]!, 60_000, () => true, asking());
  await Promise.all(first);
  expect(room.size()).toBe(1);
  room.look(serviceName('checkout'));
  await again;
});

test('who was answered is not read from until all have their answer', async () => {
  const room = openPollRoom();
  const hosts = Array.from({ length: 100 }, (_, index) => hostId(`h${index}`));
  const seen: string[] = [];
  const socketOf = (host: HostId) => ({
    pause: () => seen.push(`${host} paused`),
    resume: () => seen.push(`${host} read`),
  });
  const all = hosts.map(async (host) => {
    await room.wait(host, 60_000, () => true, asking());
    seen.push(`${host} answered`);
    room.answered(socketOf(host));
  });
  room.look(serviceName('checkout'));
  await Promise.all(all);
  while (seen.filter((each) => each.endsWith('read')).length < seen.filter((each) => each.endsWith('paused')).length)
    await new Promise(setImmediate);
  const firstRead = seen.findIndex((each) => each.endsWith('read'));
  expect(seen.slice(0, firstRead).filter((each) => each.endsWith('answered'))).toHaveLength(100);
  expect(seen.filter((each) => each.endsWith('paused')).length).toBeGreaterThan(50);
  room.answered({ pause: () => seen.push('late'), resume: () => seen.push('late') });
  expect(seen).not.toContain('late');
});

test('a room that closes cuts who waits, and who comes later: nobody is answered', async () => {
  const room = openPollRoom();
  const cut: string[] = [];
  const seen = (name: string) => {
    const held = asking();
    held.once('close', () => cut.push(name));
    return held;
  };
  const waiting = room.wait(hostId('here'), 60_000, () => true, seen('here'));
  room.close();
  await waiting;
  await room.wait(hostId('late'), 60_000, () => true, seen('late'));
  expect([cut, room.size()]).toEqual([['here', 'late'], 0]);
});
