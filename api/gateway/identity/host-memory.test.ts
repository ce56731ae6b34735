import { describe, expect, test } from '@jest/globals';
import { firstPresence } from '../../../domain/host-identity/presence.ts';
import { digest, hostId, type HostId } from '../../../domain/names.ts';
import { openHostMemory, type HostMemory } from './host-memory.ts';
import type { IdentityStore, StoredHost } from './identity-store.ts';

const a = hostId('a');
const key = digest(`sha256:${'a'.repeat(64)}`);
const stored = (id: HostId): StoredHost => ({
  id,
  labels: {},
  maintenance: false,
  reports: [],
  reportSequence: 0,
  presence: firstPresence(null),
  identity: { key, nextKey: null, formerKey: null, expiresAtMs: 0, isRevoked: false, quarantine: null },
});

/** A region in which every host is known, that notes what it is asked. */
function region(most?: number) {
  const asked: (readonly HostId[])[] = [];
  let nowMs = 0;
  let answering: () => void = () => undefined;
  let held: Promise<void> = Promise.resolve();
  const store = {
    async findAll(hosts: readonly HostId[]) {
      asked.push(hosts);
      await held;
      return new Map(hosts.map((host) => [host, stored(host)]));
    },
    promote: async () => undefined,
  } as unknown as IdentityStore;
  const memory: HostMemory = openHostMemory(store, () => nowMs, most);
  memory.follow(true);
  return {
    memory,
    asked,
    pass: (ms: number) => void (nowMs += ms),
    hold: () => void (held = new Promise((resolve) => (answering = resolve))),
    answer: () => answering(),
  };
}

describe('a host that was read', () => {
  test('is remembered for two minutes and a half', async () => {
    const { memory, asked, pass } = region();
    await memory.find(a);
    pass(149_999);
    expect(await memory.find(a)).toMatchObject({ id: a });
    expect(asked).toHaveLength(1);
    pass(1);
    await memory.find(a);
    expect(asked).toHaveLength(2);
  });

  test.each<[string, (memory: HostMemory) => unknown]>([
    ['the region tells that it is another', (memory) => memory.forget(a)],
    ['the connection that tells of changes is lost', (memory) => memory.follow(false)],
    ['that connection is there again', (memory) => memory.follow(true)],
    ['this gateway changes it', (memory) => memory.promote(a, key)],
  ])('is read again when %s', async (_case, change) => {
    const { memory, asked } = region();
    await memory.find(a);
    await change(memory);
    await memory.find(a);
    expect(asked).toHaveLength(2);
  });

  test('is read again by who finds that what is remembered is not enough', async () => {
    const { memory, asked } = region();
    await memory.find(a);
    await memory.find(a, () => false);
    expect(asked).toHaveLength(2);
  });

  test('is not remembered when it became another while it was read', async () => {
    const { memory, asked, hold, answer } = region();
    hold();
    const reading = memory.find(a);
    memory.forget(a);
    answer();
    await reading;
    await memory.find(a);
    expect(asked).toHaveLength(2);
  });

  test('is not remembered while changes are not told', async () => {
    const { memory, asked } = region();
    memory.follow(false);
    await memory.find(a);
    await memory.find(a);
    expect(asked).toHaveLength(2);
    expect(memory.size()).toBe(0);
  });
});

test('of many hosts those that were read last are remembered', async () => {
  const { memory } = region(2);
  for (const name of ['a', 'b', 'c']) await memory.find(hostId(name));
  expect(memory.size()).toBe(2);
});

test('a host that is no more is remembered no more, as soon as it was looked up again', async () => {
  let isThere = true;
  const findAll = async () => new Map(isThere ? [[a, stored(a)]] : []);
  const memory = openHostMemory({ findAll } as unknown as IdentityStore);
  memory.follow(true);
  await memory.find(a);
  isThere = false;
  expect(await memory.find(a, () => false)).toBeNull();
  expect(memory.size()).toBe(0);
});

test('hosts that ask while the region is being asked are asked for together', async () => {
  const { memory, asked, hold, answer } = region();
  hold();
  const finding = ['a', 'b', 'c', 'b'].map((name) => memory.find(hostId(name)));
  answer();
  expect((await Promise.all(finding)).map((host) => host?.id)).toEqual(['a', 'b', 'c', 'b']);
  expect(asked).toEqual([['a'], ['b', 'c']]);
});

test('a question that the region does not answer fails for all that asked, and the next is asked', async () => {
  const store = {
    findAll: async (hosts: readonly HostId[]) => {
      if (hosts.includes(a)) throw new Error('away');
      return new Map(hosts.map((host) => [host, stored(host)]));
    },
  } as unknown as IdentityStore;
  const memory = openHostMemory(store);
  await expect(memory.find(a)).rejects.toThrow('away');
  expect(await memory.find(hostId('b'))).toMatchObject({ id: 'b' });
});
