import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { regionName, serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, mergeRequest } from '../../../test/central-database.ts';
import type { CentralTestDatabase } from '../../../test/central-database.ts';
import type { Database } from '../connect.ts';
import { createMergeInbox } from './api-merge-inbox.ts';
import { openCentral } from './database.ts';
import { Service } from './entities.ts';
import { recordIntent } from './intents.ts';
import { createLaneRecords } from './lane-records.ts';
import { lockService } from './lock-service.ts';

const service = serviceName('checkout');
const euWest = regionName('eu-west');
let central: CentralTestDatabase;
/** As the api's: what doesn't answer by then counts as away. */
let impatient: Database;
beforeAll(async () => {
  central = await createCentralDatabase();
  await createLaneRecords(central.database).open(mergeRequest('m1'));
  impatient = await openCentral({ url: central.url, applicationName: 'test', patienceMs: 1_000 });
});
afterAll(async () => {
  await impatient.close(true);
  await central.close();
});

const step = {
  service,
  region: euWest,
  deployment: 1,
  attempt: { deployment: 1, local: 0 },
  step: 'begin',
  mode: 'advance',
  next: null,
  knownGeneration: 0,
} as never;

test('a merge is accepted while a step of its service is being written down, however long that takes', async () => {
  const { key, source, traceparent } = mergeRequest('m2');
  const delivery = { guid: 'd2', event: 'push', traceparent } as never;
  const taken = await central.database.em.fork().transactional(async (em) => {
    await recordIntent(em, step);
    return createMergeInbox(impatient).take(delivery, [{ service, key, source }] as never, []);
  });
  expect(taken).toMatchObject([{ repeated: false }]);
});

test('two that lock a service follow each other, and the second sees what the first has written', async () => {
  const lock = { owner: 'mo', reason: 'why', since: '2026-01-01T00:00:00.000Z' };
  const seen: unknown[] = [];
  const second = async (): Promise<void> =>
    central.database.em.fork().transactional(async (em) => {
      await em.findOne(Service, { name: service });
      seen.push((await lockService(em, service))?.lock);
    });
  const following = await central.database.em.fork().transactional(async (em) => {
    const row = await lockService(em, service);
    const waiting = second();
    await untilOneWaits();
    row!.lock = lock;
    return { waiting };
  });
  await following.waiting;
  expect(seen).toEqual([lock]);
});

/** For the row of a service. */
async function untilOneWaits(): Promise<void> {
  const sql = `select 1 from pg_stat_activity
    where wait_event_type = 'Lock' and query like '%for no key update%' and datname = current_database()`;
  while ((await impatient.em.fork().execute<unknown[]>(sql)).length === 0) await new Promise(setImmediate);
}
