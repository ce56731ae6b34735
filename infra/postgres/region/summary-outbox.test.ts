import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { releaseNumber } from '../../../domain/names.ts';
import type { HostId } from '../../../domain/names.ts';
import { regionSummarySchema } from '../../../protocol/summary.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  placement,
  region,
  releaseOf,
  service,
} from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';
import { createReplicaIndex } from './replica-index.ts';
import { createSummaryOutbox } from './summary-outbox.ts';
import type { DueSummaries, SummaryOutbox } from './summary-outbox.ts';

let here: GoalRegion;
let outbox: SummaryOutbox;
beforeAll(async () => {
  here = await createGoalRegion();
  outbox = createSummaryOutbox(here.database, region);
});
afterAll(() => here.close());
beforeEach(() => execute('truncate goal, host, host_service, snapshot, batch, replica, summary_cursor'));

const execute = (statement: string) => here.database.em.fork().execute(statement);
/** As if that much time had gone by since the last number was taken. */
const later = (interval: string) =>
  execute(`update summary_cursor set claimed_at = claimed_at - interval '${interval}'`);
const begin = async (deployment: number, name: string, selector = {}) => {
  const next = placement(name, selector);
  const step = { service, region, outcomes: [], centreGeneration: 0 as const, attempt: attempt(deployment) };
  return here.activities.beginRegion({ ...step, next, admission: admissionOf(next), absentAfterMs });
};
const replicate = (name: string, number: number) =>
  createReplicaIndex(here.database).openReplica({ service, release: releaseOf(name), number: releaseNumber(number) });
async function claimed(): Promise<DueSummaries> {
  const due = await outbox.claim();
  if (due === null) throw new Error('nothing is due');
  return due;
}
const onlyService = async () => {
  const [summary, ...others] = (await claimed()).summaries;
  expect(others).toEqual([]);
  expect(regionSummarySchema.parse(summary)).toEqual(summary);
  return summary!.services.find((each) => each.service === service);
};

describe('a summary', () => {
  test('counts each host of the service once, and releases by their number', async () => {
    await replicate('one', 41);
    await replicate('two', 42);
    const [fine, fetching, ill, back, mute, silent, neverHeard] = (await here.enroll(
      'fine',
      'fetching',
      'ill',
      'back',
      'mute',
      'silent',
      'never-heard',
      'quiet',
    )) as [HostId, HostId, HostId, HostId, HostId, HostId, HostId];
    await begin(1, 'two', { role: 'web' });
    await here.say(fine, { running: releaseOf('two') });
    await here.say(fetching, { running: releaseOf('one'), state: 'fetching' });
    await here.say(ill, { running: releaseOf('two'), health: 'unhealthy' });
    await here.say(back, { running: releaseOf('one'), state: 'reverted' });
    await here.say(mute, { running: releaseOf('unheard of'), health: 'unknown' });
    await here.say(silent, { running: releaseOf('two') });
    await here.silence(61_000, silent);
    await execute(`update host set reported_at = null where id = '${neverHeard}'`);
    expect(await onlyService()).toMatchObject({
      attempt: attempt(1),
      mode: 'advance',
      // 'quiet' reports, but never named the service.
      hosts: { total: 8, healthy: 1, unhealthy: 1, switching: 1, reverted: 1, unknown: 2, absent: 2 },
      running: [
        { release: 42, hosts: 2 },
        { release: 41, hosts: 2 },
      ],
    });
  });

  test('counts hosts that still run a service which no longer selects them, and no others', async () => {
    const [left] = await here.enroll('left', 'other');
    await begin(1, 'one', { role: 'web' });
    await here.say(left!, { running: releaseOf('one') });
    await begin(2, 'two', { role: 'db' });
    expect(await onlyService()).toMatchObject({ hosts: { total: 1, healthy: 1 } });
  });

  test('names live hosts whose installed tree was changed, and not those where it is mended', async () => {
    const hosts = await here.enroll(...Array.from({ length: 10 }, (_, n) => `drifted-${n}`), 'mended', 'gone');
    await begin(1, 'one');
    const since = '2026-11-27T05:00:00.000Z';
    const drift = { release: releaseOf('one'), state: 'reported', count: 2, since };
    const differences = [{ path: 'server.js', what: 'content' }];
    for (const host of hosts) {
      const state = host.startsWith('mended') ? 'mended' : 'reported';
      await here.say(host, { running: releaseOf('one'), drift: { ...drift, state, differences } });
    }
    await here.silence(3_600_000, hosts.at(-1));
    const { drifted } = (await onlyService())!;
    expect(drifted).toMatchObject({ hosts: 10 });
    expect(drifted?.named).toHaveLength(8);
    expect(drifted?.named[0]).toEqual({
      host: hosts[0],
      state: 'reported',
      since,
      path: 'server.js',
      what: 'content',
      count: 2,
    });
  });

  test('leaves out a host in maintenance once it has stopped, and counts it again afterwards', async () => {
    const [fine, drained] = (await here.enroll('fine', 'drained')) as [HostId, HostId];
    await begin(1, 'two', { role: 'web' });
    await here.say(fine, { running: releaseOf('two') });
    await here.say(drained, { running: releaseOf('two') });
    await execute(`update host set maintenance = true where id = '${drained}'`);
    expect((await onlyService())?.hosts).toMatchObject({ total: 2, healthy: 2 });
    await here.say(drained, { running: null, health: 'stopped', state: 'pending', maintenance: true });
    await later('2 seconds');
    expect((await onlyService())?.hosts).toMatchObject({ total: 1, healthy: 1, unknown: 0 });
    await execute(`update host set maintenance = false where id = '${drained}'`);
    await here.say(drained, { running: releaseOf('two') });
    await later('2 seconds');
    expect((await onlyService())?.hosts).toMatchObject({ total: 2, healthy: 2 });
  });

  test('of a service without hosts says so', async () => {
    await begin(1, 'one');
    expect(await onlyService()).toMatchObject({ hosts: { total: 0, healthy: 0 }, running: [] });
  });

  test('of a region without services is sent all the same', async () => {
    expect((await claimed()).summaries).toEqual([expect.objectContaining({ region, services: [] })]);
  });

  test('that is too long is sent in parts, each with a number of its own', async () => {
    await begin(1, 'one');
    await execute(`
      insert into goal select 'copy-' || n, row, generation, envelope, etag, admissions, traceparent, absent_after_ms,
        changed_at, begun_at, signed_at from goal, generate_series(1, 450) as n`);
    const { summaries } = await claimed();
    expect(summaries.map(({ services }) => services.length)).toEqual([200, 200, 51]);
    expect(new Set(summaries.flatMap(({ services }) => services.map((each) => each.service))).size).toBe(451);
    const [first] = summaries;
    expect(summaries.map(({ sequence }) => sequence - first!.sequence)).toEqual([0, 1, 2]);
    await later('1 second');
    expect((await claimed()).summaries[0]!.sequence).toBeGreaterThan(first!.sequence + 2);
  });
});

describe('a summary is due', () => {
  test('when something changed since the centre took the last one, at most once a second', async () => {
    const [host] = await here.enroll('a');
    await begin(1, 'one');
    await outbox.markAccepted(await claimed());
    await later('1 second');
    expect(await outbox.claim()).toBeNull();
    await here.say(host!, { health: 'unhealthy' });
    const due = await claimed();
    await here.say(host!, { health: 'healthy' });
    expect(await outbox.claim()).toBeNull();
    await later('1 second');
    expect((await claimed()).summaries[0]!.sequence).toBeGreaterThan(due.summaries[0]!.sequence);
  });

  test('again, with a higher number, until the centre takes it', async () => {
    const refused = await claimed();
    await later('1 second');
    const again = await claimed();
    expect(again.digest).toBe(refused.digest);
    expect(again.summaries[0]!.sequence).toBeGreaterThan(refused.summaries[0]!.sequence);
    // The first one arrived after all: what was sent since may not have.
    await outbox.markAccepted(refused);
    await later('1 second');
    await outbox.markAccepted(await claimed());
    await later('1 second');
    expect(await outbox.claim()).toBeNull();
  });

  test('after twenty seconds, though nothing changed', async () => {
    await outbox.markAccepted(await claimed());
    await later('19 seconds');
    expect(await outbox.claim()).toBeNull();
    await later('1 second');
    expect(await outbox.claim()).not.toBeNull();
  });

  test('for one of several workers', async () => {
    const other = createSummaryOutbox(here.database, region);
    const race = async () =>
      (await Promise.all([outbox, other, outbox, other].map((each) => each.claim()))).filter((due) => due !== null);
    expect(await race()).toHaveLength(1);
    await later('20 seconds');
    expect(await race()).toHaveLength(1);
  });
});

test('numbers go on growing over a database that lost its cursor', async () => {
  const before = (await claimed()).summaries[0]!.sequence;
  await execute('truncate summary_cursor');
  expect((await claimed()).summaries[0]!.sequence).toBeGreaterThan(before);
});
