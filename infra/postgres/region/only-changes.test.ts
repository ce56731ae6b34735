import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import type { HostId } from '../../../domain/names.ts';
import { reportBatchSchema } from '../../../protocol/gateway.ts';
import { absentAfterMs, attempt, createGoalRegion, releaseOf, wellAt } from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';
import { readHostStatuses } from './host-statuses.ts';
import { createLogDesk } from './log-readings.ts';
import { readServiceCounts } from './service-counts.ts';
import { storeReports } from './store-reports.ts';
import { HostRecord } from './entities/hosts.ts';

const goalRow = {
  attempt: { deployment: 3, local: 0 },
  mode: 'advance',
  base: null,
  next: { selector: { role: 'web' } },
};

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
  await execute(
    `insert into goal select service, ?::jsonb, 3, '{}', '', '[]', null, ?, now(), now(), now()
     from unnest(array['checkout', 'search']) as service`,
    [JSON.stringify(goalRow), absentAfterMs],
  );
});
afterAll(() => here.close());

const execute = <Row>(statement: string, values: unknown[] = []) =>
  here.database.em.fork().execute<Row[]>(statement, values);
const [checkout, search] = [serviceName('checkout'), serviceName('search')];
const about = (of: string, over: object = {}): object => ({
  ...wellAt(attempt(3)),
  service: of,
  generation: 7,
  running: releaseOf('base'),
  instance: { pid: 1, startTime: '7', bootId: 'b' },
  ...over,
});
let sequence = 1_000;
const report = (host: HostId, ...services: object[]) =>
  storeReports(here.database, [
    { host, ...reportBatchSchema.parse({ sequence: ++sequence, bootId: 'b', agentVersion: '1', services }) },
  ]);

/** With what Postgres keeps of who wrote, or locked, each of them. */
const rowsOf = (host: HostId) =>
  execute<{ service: string; health: string; [column: string]: unknown }>(
    'select xmin, xmax, ctid, * from host_service where host = ? order by service',
    [host],
  );
const ageOf = async (host: HostId, service = checkout): Promise<number> => {
  const all = await readHostStatuses(here.database.em.fork(), {
    service,
    deployment: deploymentNumber(3),
    base: null,
    next: null,
  });
  return all.find((each) => each.host === host)!.reportAgeMs!;
};
/** Any test takes less. */
const soonMs = 60_000;
const longMs = 600_000;

/** A host that said so of both services, ten minutes ago. */
async function saidLongAgo(name: string): Promise<HostId> {
  const [host] = await here.enroll(name);
  await report(host!, about(checkout), about(search));
  await here.silence(longMs, host!);
  expect(await ageOf(host!)).toBeGreaterThanOrEqual(longMs);
  return host!;
}

test('a report that tells nothing new writes no row of a service, and its host stays heard', async () => {
  const host = await saidLongAgo('same');
  const before = await rowsOf(host);
  await report(host, about(checkout), about(search));
  expect(await rowsOf(host)).toEqual(before);
  expect(await ageOf(host)).toBeLessThan(soonMs);
  expect(await ageOf(host, search)).toBeLessThan(soonMs);
  expect(await here.database.em.fork().findOne(HostRecord, host)).toMatchObject({ reportSequence: sequence });
});

test('of a report that says something new of one service the row of that one is written', async () => {
  const host = await saidLongAgo('one-new');
  const before = await rowsOf(host);
  await report(host, about(checkout, { health: 'unhealthy' }), about(search));
  const [first, second] = await rowsOf(host);
  expect(first).toMatchObject({ service: checkout, health: 'unhealthy' });
  expect(second).toEqual(before[1]);
});

test.each([
  ['what a switch cost', { switchGapMs: 120 }],
  [
    'which goal made it switch',
    {
      trace: { traceparent: 't', switchStartedAt: '2026-11-28T10:00:00.000Z', switchedAt: '2026-11-28T10:00:01.000Z' },
    },
  ],
  ['another process', { instance: { pid: 2, startTime: '7', bootId: 'b' } }],
  [
    'that its tree was changed',
    {
      drift: {
        release: releaseOf('base'),
        state: 'reported',
        count: 0,
        differences: [],
        since: '2026-11-28T10:00:00.000Z',
      },
    },
  ],
  ['no process any more', { instance: null }],
])('%s is something new', async (_what, over) => {
  const host = await saidLongAgo(`new-${randomUUID()}`);
  const before = await rowsOf(host);
  await report(host, about(checkout, over), about(search));
  const after = await rowsOf(host);
  expect([after[0]!['xmin'] === before[0]!['xmin'], after[1]!['xmin'] === before[1]!['xmin']]).toEqual([false, true]);
});

describe('a host that says nothing new', () => {
  /** Also in the control group of other services, and to who asks for its output. */
  const isHeardBy: Record<string, (host: HostId) => Promise<boolean>> = {
    'the summary of its region': async (host) => {
      await execute('delete from host_service where host <> ?', [host]);
      const counts = await readServiceCounts(here.database.em.fork());
      return counts[0]!.groups.some(({ live, health }) => live && health === 'healthy');
    },
    'the judge of another service': async (host) => {
      await execute('delete from host_service where host <> ?', [host]);
      const asked = { service: serviceName('other'), elapsedMs: 0, absentAfterMs };
      return (await here.parts.reports.countOtherServices(asked)).heard === 2;
    },
    'who reads its output': async (host) => {
      const lease = { reading: randomUUID(), lines: 1, follow: false, leaseMs: 60_000 };
      const [taken] = await createLogDesk(here.database).keep([{ ...lease, service: checkout, host, every: false }]);
      return taken?.hosts?.includes(host) === true;
    },
  };
  test.each(Object.entries(isHeardBy))('stays heard to %s', async (_who, isHeard) => {
    const host = await saidLongAgo(`to-${randomUUID()}`);
    expect(await isHeard(host)).toBe(false);
    await report(host, about(checkout), about(search));
    expect(await isHeard(host)).toBe(true);
  });

  test('stays among those whose installed tree was changed', async () => {
    const drift = { release: releaseOf('base'), state: 'reported', count: 1, since: '2026-11-28T10:00:00.000Z' };
    const drifted = about(checkout, { drift: { ...drift, differences: [{ path: 'a', what: 'content' }] } });
    const host = await saidLongAgo('drifted');
    await report(host, drifted);
    await here.silence(longMs, host);
    await report(host, drifted);
    const [first] = await readServiceCounts(here.database.em.fork());
    expect(first?.drifted).toMatchObject({ hosts: 1 });
  });
});

test('of what was said before the database was set back by an hour a host that goes on is as old as it says now', async () => {
  const host = await saidLongAgo('from-the-future');
  await execute(`update host_service set reported_at = now() + interval '1 hour' where host = ?`, [host]);
  expect(await ageOf(host)).toBeLessThan(0);
  await report(host, about(checkout), about(search));
  for (const service of [checkout, search]) expect(await ageOf(host, service)).toBeGreaterThanOrEqual(0);
});

describe('a host that goes on without a word of a service', () => {
  test('is not heard for that one', async () => {
    const host = await saidLongAgo('dropped');
    for (let repeat = 0; repeat < 2; repeat++) {
      await report(host, about(checkout));
      expect(await ageOf(host)).toBeLessThan(soonMs);
      expect(await ageOf(host, search)).toBeGreaterThanOrEqual(longMs);
    }
  });

  test('was heard when it said the same for the last time', async () => {
    const host = await saidLongAgo('dropped-later');
    await report(host, about(checkout), about(search));
    await execute(`update host set heard_at = now() - interval '5 min' where id = ?`, [host]);
    await report(host, about(checkout));
    const age = await ageOf(host, search);
    expect([age >= 300_000, age < longMs]).toEqual([true, true]);
  });

  test('is heard again when it says the same as before, and its row stays as it is', async () => {
    const host = await saidLongAgo('back');
    await report(host, about(checkout));
    const before = await rowsOf(host);
    await report(host, about(checkout), about(search));
    expect(await ageOf(host, search)).toBeLessThan(soonMs);
    expect(await rowsOf(host)).toEqual(before);
  });
});

test('what another gateway stores while a report waits for it is not taken for what the report said before', async () => {
  const host = await saidLongAgo('two-gateways');
  let later: Promise<unknown> = Promise.resolve();
  await here.database.em.fork().transactional(async (em) => {
    await em.execute('select from host where id = ? for update', [host]);
    const earlier = ++sequence;
    later = report(host, about(checkout), about(search));
    await untilWaiting();
    await em.execute('update host set report_sequence = ? where id = ?', [earlier, host]);
    await em.execute(`update host_service set health = 'unhealthy' where host = ? and service = ?`, [host, checkout]);
  });
  await later;
  expect(await rowsOf(host)).toMatchObject([{ health: 'healthy', sequence: String(sequence) }, { health: 'healthy' }]);
});

/** A statement of this test's database for a lock. */
async function untilWaiting(): Promise<void> {
  const waiting = () =>
    execute(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
  while ((await waiting()).length === 0) await delay(10);
}

test('a gateway of the version before, beside one of this, keeps heard of what it is told, and of nothing else', async () => {
  const host = await saidLongAgo('old-gateway');
  sequence += 1;
  // As it stores a report of one of the two services.
  await execute('update host set report_sequence = ?, reported_at = now(), last_seen_at = now() where id = ?', [
    sequence,
    host,
  ]);
  await execute('update host_service set sequence = ?, reported_at = now() where host = ? and service = ?', [
    sequence,
    host,
    checkout,
  ]);
  expect(await ageOf(host)).toBeLessThan(soonMs);
  expect(await ageOf(host, search)).toBeGreaterThanOrEqual(longMs);
  await report(host, about(checkout));
  expect(await ageOf(host, search)).toBeGreaterThanOrEqual(longMs);
});
