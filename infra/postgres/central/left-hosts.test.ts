import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploymentNumber, regionName, serviceName } from '../../../domain/names.ts';
import type { LeftHostPage } from '../../../protocol/api/left-hosts.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';
import { ObligationRow } from './entities.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let reader: string;
beforeAll(async () => {
  central = await createCentralDatabase();
  api = await startControlApi({ database: central.database, databaseUrl: central.url });
  reader = await signIn(central.database, 'ada');
});
afterAll(async () => {
  await api.close();
  await central.close();
});

const digest = `sha256:${'1'.repeat(64)}`;
const left = (host: string, why = 'pinned', runs: object | null = { digest, release: 412 }) => ({
  service: 'checkout',
  deployment: 87,
  host,
  runs,
  why,
});
const part = (sequence: number, hosts: object[], last = true) => ({
  region: 'eu-west',
  sequence,
  at: `2026-11-24T12:00:${String(sequence).padStart(2, '0')}.000Z`,
  hosts,
  last,
});
const send = async (body: object, token = 'token-eu-west') =>
  (await api.ask('/regions/v1/left-hosts', { token, body })).status;
const list = async (query = '') => {
  const { body } = await api.ask(`/v1/services/checkout/left-hosts?limit=200${query}`, { token: reader });
  return body as unknown as LeftHostPage;
};
const named = async (query = '') => (await list(query)).items.map(({ host }) => host);

test('each host that is left is told by name, what it runs and why, and stays to be read once it is back', async () => {
  expect(await send(part(1, [left('a'), left('b', 'silent', null)], false))).toBe(204);
  expect(await send(part(1, [left('c', 'refusing', { digest, release: null })]))).toBe(204);
  expect((await list()).items).toEqual([
    {
      deployment: 'checkout/87',
      region: 'eu-west',
      host: 'a',
      runs: 'checkout@412',
      why: 'pinned',
      since: '2026-11-24T12:00:01.000Z',
      goneAt: null,
    },
    expect.objectContaining({ host: 'b', runs: null, why: 'silent' }),
    expect.objectContaining({ host: 'c', runs: digest, why: 'refusing' }),
  ]);
  expect(await send(part(2, [left('a')]))).toBe(204);
  expect(await named()).toEqual(['a']);
  expect((await list('&deployment=87')).items.map(({ host, goneAt }) => [host, goneAt])).toEqual([
    ['a', null],
    ['b', '2026-11-24T12:00:02.000Z'],
    ['c', '2026-11-24T12:00:02.000Z'],
  ]);
  expect(await named('&region=ap-south')).toEqual([]);
  expect(await named('&deployment=86')).toEqual([]);
});

test('what is overtaken changes nothing, and what is told twice is told once', async () => {
  await send(part(5, [left('a', 'silent')]));
  for (const late of [part(4, [left('a'), left('b')]), part(5, [left('a')])]) expect(await send(late)).toBe(204);
  expect((await list()).items).toMatchObject([{ host: 'a', why: 'silent' }]);
});

test('all are read, page by page, and counted by region until they are back', async () => {
  const many = Array.from({ length: 450 }, (_, index) => left(`h${String(index).padStart(3, '0')}`));
  await send(part(6, many));
  const read: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: LeftHostPage = await list(cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`);
    read.push(...page.items.map(({ host }) => host));
    cursor = page.next;
  }
  expect(read).toEqual(many.map(({ host }) => host));
  const metrics = async () => String((await api.ask('/metrics')).body.text);
  expect(await metrics()).toMatch(/^slipway_left_hosts\{region="eu-west"\} 450$/m);
  await send(part(7, []));
  expect(await metrics()).not.toContain('slipway_left_hosts{');
});

test('a host that is back is forgotten after ninety days, one that is still left never', async () => {
  await send(part(10, [left('back'), left('away')]));
  await send(part(11, [left('away')]));
  const ago = (days: number) =>
    central.database.em.fork().execute(
      `update left_host set since = now() - interval '400 days', gone_at = now() - ? * interval '1 day'
        where host = 'back'`,
      [days],
    );
  const all = async () => await named('&deployment=87');
  await ago(89);
  await send(part(12, [left('away')]));
  expect(await all()).toEqual(expect.arrayContaining(['away', 'back']));
  await ago(91);
  await send(part(13, [left('away')]));
  expect(await all()).toContain('away');
  expect(await all()).not.toContain('back');
  await send(part(14, []));
});

test('a region that owes its undo is named: what its hosts run is not known', async () => {
  await central.database.em.fork().insert(ObligationRow, {
    service: serviceName('checkout'),
    region: regionName('ap-south'),
    deployment: deploymentNumber(87),
    local: 0,
    kind: 'undo',
    generation: 0,
    controlRevision: 0,
    reason: 'it did not answer',
    recordedAt: new Date('2026-11-24T12:01:00Z'),
    triedAt: null,
  });
  const owing = [{ deployment: 'checkout/87', region: 'ap-south', since: '2026-11-24T12:01:00.000Z' }];
  expect(await list()).toEqual({ items: [], next: null, owing });
  expect((await list('&deployment=87')).owing).toEqual(owing);
  expect((await list('&deployment=86')).owing).toEqual([]);
  expect((await list('&region=eu-west')).owing).toEqual([]);
});

test.each([
  ['another region', part(8, []), 'token-ap-south', 403],
  ['nobody', part(8, []), 'nobody', 401],
  ['a reason that is not known', part(8, [left('a', 'bored')]), undefined, 400],
])('refused of %s', async (_, body, token, status) => {
  expect(await send(body, token)).toBe(status);
});
