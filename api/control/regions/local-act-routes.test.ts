import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalActRecords } from '../../../infra/postgres/central/local-acts.ts';
import { regionName } from '../../../domain/names.ts';
import { localActSchema } from '../../../protocol/local-acts.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type TestControlApi } from '../../../test/control-api.ts';

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

const act = (over: object = {}) => ({
  id: randomUUID(),
  number: 1,
  verb: 'maintenance-on',
  by: 'ada@gw-1',
  reason: 'kernel',
  at: '2026-11-24T12:00:00.000Z',
  service: null,
  host: 'eu-west-1',
  goal: null,
  change: null,
  ...over,
});
const goal = (open: boolean) => ({
  attempt: { deployment: 3, local: 1 },
  generation: 1_700_000_000_000,
  base: { number: 1, digest: `sha256:${'1'.repeat(64)}` },
  open,
});
const send = (acts: readonly object[], token = 'token-eu-west', region = 'eu-west') =>
  api.ask('/regions/v1/local-acts', { token, body: { region, acts } });
const recorded = async () => {
  const { body } = await api.ask('/v1/audit?limit=100', { token: reader });
  return (body.items as { verb: string; actor: string; object: string }[]).filter(({ verb }) =>
    verb.startsWith('local-'),
  );
};

test('what was done inside a region is in the audit, once, however often it is told', async () => {
  const told = act();
  expect((await send([told])).status).toBe(204);
  expect((await send([told, act({ id: told.id, reason: 'another' })])).status).toBe(204);
  expect(await recorded()).toEqual([
    expect.objectContaining({
      actor: 'ada@gw-1 (eu-west)',
      verb: 'local-maintenance-on',
      object: 'region:eu-west',
      detail: { region: 'eu-west', reason: 'kernel', done: told.at, number: 1, host: 'eu-west-1' },
    }),
  ]);
});

test('a region speaks for itself only, with its own token, and of what can be read', async () => {
  expect(codeOf(await send([act()], 'token-eu-west', 'us-east'))).toBe('not-allowed');
  expect(codeOf(await send([act()], 'nobody'))).toBe('sign-in');
  expect(codeOf(await send([act({ verb: 'fly' })]))).toBe('invalid-request');
  expect(codeOf(await send([]))).toBe('invalid-request');
});

test('of a service that does not run in the region it is noted, and no lane is shut', async () => {
  const told = act({ verb: 'rollback', service: 'unknown', host: null, goal: goal(false) });
  expect((await send([told])).status).toBe(204);
  expect((await recorded()).map(({ object }) => object)).toContain('region:eu-west');
});

test('while nobody can shut the lane the region is told to come again, and then it is one record and one lock', async () => {
  await central.database.em.fork().execute(
    `insert into service (name, repository, clone_url, folder, branch, owners, added_at)
       values ('checkout', 'acme/checkout', 'file:///c', '.', 'main', '[]', now()) on conflict do nothing;
     insert into service_region (service, region, intent, intended_at)
       values ('checkout', 'eu-west', '{}', now())`,
  );
  const told = act({ verb: 'rollback', service: 'checkout', host: null, goal: goal(false) });
  const before = await recorded();
  expect(codeOf(await send([told]))).toBe('unavailable');
  expect(codeOf(await send([told]))).toBe('unavailable');
  expect(await recorded()).toHaveLength(before.length + 1);
  const lanes = await createLocalActRecords(central.database).store(regionName('eu-west'), [
    localActSchema.parse(told),
  ]);
  expect(lanes).toEqual([
    {
      service: 'checkout',
      reason: 'rolled back in eu-west by ada@gw-1: kernel',
      key: `local-act:eu-west:${told.id}`,
    },
  ]);
});
