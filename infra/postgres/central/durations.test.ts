import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { serviceName } from '../../../domain/names.ts';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { historyReads } from './api-history-reads.ts';

let central: CentralTestDatabase;
const service = serviceName('checkout');
const second = 1_000;
const minute = 60 * second;

beforeAll(async () => {
  central = await createCentralDatabase();
  await execute(`insert into release (service, number, commit, subject, authors, pusher, state, created_at)
    values ('checkout', 1, 'a', 'Fix', '["lin"]', 'pat', 'admitted', now())`);
});
afterAll(() => central.close());
beforeEach(() => execute(`delete from deployment where service = 'checkout'`));

const execute = (statement: string, params: readonly unknown[] = []) =>
  central.database.em.fork().execute(statement, [...params]);
const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

/** A success, with the records of it by when they were written, in ms from its beginning. */
async function succeeded(number: number, endedMs: number, records: object, regions: readonly string[] | null = null) {
  const source = { from: 'person', person: 'ada', ...(regions && { regions }) };
  await execute(
    `insert into deployment (service, number, kind, release, key, source, state, regions, pending, opened_at, outcome, ended_at)
     values ('checkout', ?, 'rollout', 1, ?, ?::jsonb, 'succeeded', '[]', '[]', now(), 'succeeded', ?)`,
    [number, `d${number}`, JSON.stringify(source), at(endedMs)],
  );
  for (const [verb, ms] of Object.entries(records))
    await execute(
      `insert into audit (sequence, at, actor, verb, object, detail, key, previous_hash, hash)
       select max(sequence) + 1, ?, 'slipway', ?, ?, '{}', ?, '', '' from audit`,
      [at(ms as number), verb, `checkout/${number}`, `${number}-${verb}-${Math.random()}`],
    );
}

const measured = async () => (await historyReads(central.database).durations(service)).deploy;

test('what a deployment waits for before its first step is no part of how long it takes', async () => {
  await succeeded(1, 90 * minute, { admitted: 0, 'slot-awaited': minute, 'stage-started': 80 * minute });
  expect(await measured()).toEqual({ leastMs: 10 * minute, medianMs: 10 * minute, worstMs: 10 * minute, count: 1 });
});

test('a hook before the regions is, and the wait for the approval of a stage is not', async () => {
  await succeeded(2, 60 * minute, {
    'hooks-before-started': 10 * minute,
    'stage-started': 12 * minute,
    'stage-approval-wanted': 20 * minute,
    'stage-approved': 50 * minute,
  });
  expect(await measured()).toMatchObject({ leastMs: 20 * minute, count: 1 });
});

test('one that went to some of the regions says nothing of all', async () => {
  await succeeded(3, minute, { 'stage-started': 0 }, ['eu-west']);
  expect(await measured()).toBeNull();
  await succeeded(4, 5 * minute, { 'stage-started': 0 });
  expect(await measured()).toMatchObject({ leastMs: 5 * minute, count: 1 });
});
