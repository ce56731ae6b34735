import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digest, hostId } from '../../../domain/names.ts';
import type { HostId } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { reportBatchSchema } from '../../../protocol/gateway.ts';
import type { ServiceReport } from '../../../protocol/gateway.ts';
import { createRegionDatabase } from '../../../test/region-database.ts';
import type { TestRegionDatabase } from '../../../test/region-database.ts';
import { listenForNotifications } from '../notifications.ts';
import { enrollHost } from './enroll-host.ts';
import { reportChannel, storeReports } from './store-reports.ts';
import { HostRecord, HostServiceRecord } from './entities/hosts.ts';

let region: TestRegionDatabase;
beforeAll(async () => {
  region = await createRegionDatabase();
  await region.database.em.fork().execute(`
    insert into goal select service, '{"attempt":{"deployment":3},"base":null,"next":{"selector":{"role":"web"}}}'::jsonb, 3,
      '{}', '', '[]', null, 1000, now(), now(), now() from unnest(array['checkout', 'search', 'last']) as service`);
});
afterAll(() => region.close());

const release = (name: string) => digest(digestOf(name));
const newHost = async (name: string, role = 'web'): Promise<HostId> => {
  await enrollHost(region.database, hostId(name), { role });
  return hostId(name);
};
const about = (service: string, over: object = {}): object => ({
  service,
  generation: 7,
  attempt: { deployment: 3, local: 0 },
  running: release('base'),
  health: 'healthy',
  state: 'pending',
  refused: [],
  pinned: false,
  maintenance: false,
  instance: null,
  reason: null,
  trace: null,
  ...over,
});
const report = (host: HostId, sequence: number, ...services: object[]) => ({
  host,
  ...reportBatchSchema.parse({ sequence, bootId: 'b', agentVersion: '1', services }),
});
const stored = (host: HostId, service: string) =>
  region.database.em.fork().findOne(HostServiceRecord, { host, service: service as ServiceReport['service'] });
const switchTrace = (at: string) => ({
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  switchStartedAt: '2026-11-24T10:00:00.000Z',
  switchedAt: at,
});

test('a report with a lower or equal sequence changes nothing', async () => {
  const host = await newHost('h-sequence');
  const everything = async (): Promise<unknown> => [
    await stored(host, 'checkout'),
    await stored(host, 'search'),
    await region.database.em.fork().findOne(HostRecord, host),
  ];
  await storeReports(region.database, [report(host, 10, about('checkout'))]);
  const before = await everything();
  const late = about('checkout', { generation: 6, health: 'unhealthy', state: 'reverted' });
  for (const sequence of [9, 10]) {
    await storeReports(region.database, [report(host, sequence, late, about('search'))]);
    expect(await everything()).toEqual(before);
  }
});

test('of several reports of one host in one statement the newest counts, and a service named twice breaks nothing', async () => {
  const host = await newHost('h-newest');
  await storeReports(region.database, [
    report(host, 2, about('checkout', { generation: 2 }), about('checkout', { generation: 2 })),
    report(host, 1, about('checkout', { generation: 1 })),
  ]);
  expect(await stored(host, 'checkout')).toMatchObject({ generation: 2, sequence: 2 });
});

test('a report about an unknown host is dropped', async () => {
  expect(await storeReports(region.database, [report(hostId('nobody'), 1, about('checkout'))])).toEqual([]);
  expect(await stored(hostId('nobody'), 'checkout')).toBeNull();
});

describe('what a host says of a service', () => {
  const sayBoth = (host: HostId, sequence: number, over: object = {}) =>
    storeReports(region.database, [report(host, sequence, about('checkout', over), about('unheard-of', over))]);

  test('that it has nothing to do with, or that nobody ever placed here, is not kept', async () => {
    const host = await newHost('h-foreign', 'db');
    await sayBoth(host, 1);
    expect(await stored(host, 'checkout')).toBeNull();
    expect(await stored(host, 'unheard-of')).toBeNull();
    expect(await region.database.em.fork().findOne(HostRecord, host)).toMatchObject({ reportSequence: 1 });
  });

  test('whose deployment found it when it began here is kept, whatever its labels are now', async () => {
    const host = await newHost('h-moved', 'db');
    await region.database.em.fork().execute(`insert into snapshot values ('checkout', 3, 'h-moved', 'p')`);
    await sayBoth(host, 1);
    expect(await stored(host, 'checkout')).not.toBeNull();
  });

  test('that it had to do with before is kept: it has to tell that it stopped', async () => {
    const host = await newHost('h-left');
    await sayBoth(host, 1);
    await newHost('h-left', 'db');
    await sayBoth(host, 2, { running: null });
    expect(await stored(host, 'checkout')).toMatchObject({ running: null, sequence: 2 });
  });
});

test('text that Postgres cannot hold is cleaned, and the report counts', async () => {
  const host = await newHost('h-text');
  await storeReports(region.database, [report(host, 1, about('checkout', { reason: 'a\0b\ud800' }))]);
  expect((await stored(host, 'checkout'))?.reason).toBe('ab\ufffd');
});

test('a switch is told once, however often the host repeats it', async () => {
  const host = await newHost('h-switch');
  const trace = switchTrace('2026-11-24T10:00:02.000Z');
  await storeReports(region.database, [report(host, 1, about('checkout'))]);
  const first = await storeReports(region.database, [
    report(host, 2, about('checkout', { running: release('next'), trace })),
  ]);
  expect(first).toEqual([{ host, service: 'checkout', running: release('next'), state: 'pending', trace }]);
  expect(
    await storeReports(region.database, [report(host, 3, about('checkout', { running: release('next'), trace }))]),
  ).toEqual([]);
});

test('changes of what a host runs are counted within an attempt, not the moment in between', async () => {
  const host = await newHost('h-count');
  const said = [
    { running: release('base') },
    { running: null, state: 'switching' },
    { running: release('next') },
    { running: release('next'), health: 'unhealthy' },
    { running: release('base'), state: 'reverted' },
  ];
  for (const [place, what] of said.entries()) {
    await storeReports(region.database, [report(host, place + 1, about('checkout', what))]);
  }
  expect((await stored(host, 'checkout'))?.switches).toBe(2);
  await storeReports(region.database, [report(host, 9, about('checkout', { attempt: { deployment: 4, local: 0 } }))]);
  expect((await stored(host, 'checkout'))?.switches).toBe(0);
});

test('news about a service is notified, an idle report is not', async () => {
  const host = await newHost('h-news');
  const heard: string[] = [];
  const listening = Promise.withResolvers<void>();
  const said = Promise.withResolvers<void>();
  const listener = listenForNotifications({
    url: region.url,
    channels: [reportChannel],
    onConnected: listening.resolve,
    onNotification: ({ payload }) => {
      heard.push(payload);
      if (payload === 'last') said.resolve();
    },
  });
  await listening.promise;
  await storeReports(region.database, [report(host, 1, about('checkout'))]);
  await storeReports(region.database, [report(host, 2, about('checkout'))]);
  await storeReports(region.database, [report(host, 3, about('checkout', { health: 'unhealthy' }), about('last'))]);
  await said.promise;
  await listener.close();
  expect(heard.sort()).toEqual(['checkout', 'checkout', 'last']);
});

test('batches with the same hosts in any order do not deadlock', async () => {
  const hosts = await Promise.all(Array.from({ length: 40 }, (_, n) => newHost(`h-many-${n}`)));
  await Promise.all(
    Array.from({ length: 12 }, (_, round) => {
      const order = round % 2 === 0 ? hosts : hosts.toReversed();
      return storeReports(
        region.database,
        order.map((host) => report(host, round + 1, about('checkout', { reason: `round ${round}` }))),
      );
    }),
  );
  expect(await stored(hosts[0]!, 'checkout')).toMatchObject({ sequence: 12 });
});
