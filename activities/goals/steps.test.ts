import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { serviceName } from '../../domain/names.ts';
import type { Generation, ServiceName } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { verifyDocument } from '../../protocol/dsse.ts';
import { generationField } from '../../protocol/fields.ts';
import { goalSchema, goalType } from '../../protocol/goal.ts';
import { GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import {
  absentAfterMs,
  activityAttempt,
  admissionOf,
  attempt,
  createGoalRegion,
  director,
  placement,
  region,
  service,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { advanceRegion } from './advance-region.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

const of = { service, region };
const knowing = { outcomes: [], centreGeneration: 0 as const };
const begin = (deployment: number, name: string, over: object = {}) => {
  const next = placement(name);
  const admission = admissionOf(next);
  return { ...of, ...knowing, attempt: attempt(deployment), next, admission, absentAfterMs, ...over };
};
const control = (deployment: number, controlRevision = 1) => ({
  ...of,
  ...knowing,
  attempt: attempt(deployment),
  controlRevision,
});
const stored = () => here.database.em.fork().findOneOrFail(GoalRecord, service);
async function begun(deployment: number, name: string, over: { readonly service?: ServiceName } = {}) {
  const admission = admissionOf(placement(name), over);
  const result = await here.activities.beginRegion(begin(deployment, name, { admission, ...over }));
  if (result.outcome !== 'written') throw new Error(result.reason);
  return result;
}
const advance = (deployment: number, generation: Generation, batch: number, hosts: number) => ({
  ...of,
  attempt: attempt(deployment),
  generation,
  batch,
  share: { hosts },
  absentAfterMs,
});

test('canaries are the hosts that the region itself names so, of those that the release is for, in the order of the deployment', async () => {
  await here.enroll('a', 'b', 'c', 'd');
  const em = here.database.em.fork();
  await em.execute(`update host set labels = labels || '{"canary":"true"}' where id in ('b', 'd')`);
  await em.execute(`update host set labels = '{"canary":"true","role":"db"}' where id = 'c'`);
  await here.activities.beginRegion(begin(1, 'one', { next: placement('one', { role: 'web' }) }));
  const { row } = await stored();
  expect(row.canaries.toSorted()).toEqual(['b', 'd']);
  const { answer } = (await here.activities.advanceRegion(advance(1, row.generation, 1, 1))) as never as {
    answer: object;
  };
  expect(answer).toMatchObject({ cut: '0000000000000000' });
  // A batch of one host brings one, however many are named.
  const [first] = row.canaries;
  expect((await stored()).row).toMatchObject({ canaries: [first], laterCanaries: [row.canaries[1]] });
});

describe('begin', () => {
  test('snapshots the hosts that base or next select, and signs a goal without a cut', async () => {
    await here.enroll('a', 'b', 'c');
    await here.database.em.fork().execute(`update host set labels = '{"role":"db"}' where id = 'c'`);
    const result = await here.activities.beginRegion(begin(1, 'one', { next: placement('one', { role: 'web' }) }));
    expect(result).toMatchObject({ outcome: 'written', hosts: 2, answer: { mode: 'advance', cut: null, base: null } });
    const { envelope, etag, row } = await stored();
    const verified = verifyDocument(envelope, goalType, [director.publicKey]);
    const goal = goalSchema.parse(verified.ok && verified.payload);
    expect(goal).toMatchObject({
      generation: row.generation,
      step: 'begin',
      cut: null,
      next: { selector: { role: 'web' } },
    });
    expect(Date.parse(goal.expiresAt) - Date.parse(goal.issuedAt)).toBe(24 * 3_600_000);
    expect(etag).toBe(digestOf(canonicalJson(envelope)));
  });

  test('names the admission that stands beside the goal, and keeps those of releases that hosts may go back to', async () => {
    const first = await begun(1, 'one');
    await here.activities.finishRegion({ ...of, attempt: attempt(1), generation: first.answer.generation });
    await begun(2, 'two');
    const { admissions, envelope } = await stored();
    expect(admissions.map(({ release }) => release)).toEqual(
      [placement('two'), placement('one')].map((p) => p.release.digest),
    );
    const verified = verifyDocument(envelope, goalType, [director.publicKey]);
    expect(goalSchema.parse(verified.ok && verified.payload).admissions).toEqual(
      admissions.map(({ digest }) => digest),
    );
  });

  test.each([
    ['another release', { release: placement('other').release }],
    ['another service', { service: 'search' }],
    ['other regions only', { regions: ['us-east'] }],
  ])('refuses an admission for %s before any host hears of it', async (_case, over) => {
    const admission = admissionOf(placement('one'), over);
    await expect(here.activities.beginRegion(begin(1, 'one', { admission }))).rejects.toMatchObject({
      type: 'bad-admission',
      nonRetryable: true,
    });
    expect(await here.parts.store.readGoal(service)).toBeNull();
  });

  test('refuses a step of another region', async () => {
    await expect(here.activities.beginRegion(begin(1, 'one', { region: 'us-east' }))).rejects.toMatchObject({
      type: 'wrong-region',
      nonRetryable: true,
    });
  });

  test('that slept through the end of its deployment is fenced, and changes nothing', async () => {
    await here.enroll('a');
    await here.activities.undoRegion(control(5));
    const before = await stored();
    const late = await here.activities.beginRegion(begin(5, 'five'));
    expect(late).toMatchObject({ outcome: 'fenced', row: { mode: 'undo', attempt: attempt(5) } });
    expect(await here.activities.beginRegion(begin(4, 'four'))).toMatchObject({ outcome: 'fenced' });
    expect(await stored()).toEqual(before);
  });
});

describe('promise 10: every activity can run twice with the effect of once', () => {
  test('a repeated step gives the same answer, and nothing is written again', async () => {
    await here.enroll('a', 'b');
    const generationNow = async () => (await stored()).row.generation;
    const twice = async <Input, Result>(act: (input: Input) => Promise<Result>, input: Input): Promise<Result> => {
      const first = await act(input);
      const written = await stored();
      expect(await act(input)).toEqual(first);
      expect(await stored()).toEqual(written);
      return first;
    };
    await twice(here.activities.beginRegion, begin(1, 'one'));
    await twice(here.activities.advanceRegion, advance(1, await generationNow(), 1, 1));
    await twice(here.activities.holdRegion, control(1, 1));
    await twice(here.activities.resumeRegion, control(1, 2));
    await twice(here.activities.advanceRegion, advance(1, await generationNow(), 2, 2));
    await twice(here.activities.finishRegion, { ...of, attempt: attempt(1), generation: await generationNow() });
    await twice(here.activities.beginRegion, begin(2, 'two'));
    await twice(here.activities.undoRegion, control(2));
  });

  test('two workers that race for one step write it once, and both have the answer', async () => {
    await here.enroll('a', 'b');
    const raceToBegin = (service: ServiceName) => [1, 2, 3, 4, 5, 6].map(() => begun(1, 'one', { service }));
    // Services that have no row yet: there is nothing to lock but the name.
    for (const other of ['search', 'cart', 'mail'].map(serviceName)) {
      const answers = await Promise.all(raceToBegin(other));
      expect(answers).toEqual(answers.map(() => answers[0]));
    }
    const [one] = await Promise.all(raceToBegin(service));
    const { generation } = one!.answer;
    const raced = await Promise.all([1, 2, 3].map(() => here.activities.advanceRegion(advance(1, generation, 1, 1))));
    expect(raced[0]).toMatchObject({ outcome: 'written', batch: { hosts: 1, cumulative: 1 } });
    expect(raced).toEqual([raced[0], raced[0], raced[0]]);
    expect(await here.parts.store.readBatches(service, attempt(1).deployment)).toHaveLength(1);
  });
});

describe('promise 5: generations never go down', () => {
  test('whatever the region, the centre and its hosts say', async () => {
    const [host] = await here.enroll('a');
    const first = await begun(1, 'one');
    await here.say(host!, { generation: first.answer.generation + 5_000_000 });
    const held = await here.activities.holdRegion(control(1));
    const centre = (first.answer.generation + 9_000_000) as Generation;
    const undone = await here.activities.undoRegion({ ...control(1), centreGeneration: centre });
    if (held.outcome !== 'written' || undone.outcome !== 'written') throw new Error('fenced');
    expect(held.answer.generation).toBe(first.answer.generation + 5_000_001);
    expect(undone.answer.generation).toBe(centre + 1);
  });
});

test('a host that claims the highest number there is uses none up: its service is held, undone and deployed again', async () => {
  const [liar] = await here.enroll('liar');
  await begun(1, 'one');
  await here.say(liar!, { generation: generationField.parse(253_402_300_799_999) });
  await here.activities.holdRegion(control(1));
  await here.activities.undoRegion(control(1));
  await begun(2, 'two');
  const { envelope } = await stored();
  const verified = verifyDocument(envelope, goalType, [director.publicKey]);
  const { generation } = goalSchema.parse(verified.ok && verified.payload);
  expect(generation).toBeLessThan(Date.now() + 2 * 86_400_000);
});

describe('promise 15: unknown is never counted as healthy', () => {
  test('a batch counts live hosts only, and names the others', async () => {
    await here.enroll('a', 'b', 'silent');
    await here.database.em.fork().execute(`update host set reported_at = now() - interval '5 min' where id = 'silent'`);
    const first = await begun(1, 'one');
    const result = await here.activities.advanceRegion(advance(1, first.answer.generation, 1, 100));
    expect(result).toMatchObject({ batch: { hosts: 2, cumulative: 2, absent: { count: 1, hosts: ['silent'] } } });
  });

  test('a region without a live host waits', async () => {
    const first = await begun(1, 'one');
    const result = await here.activities.advanceRegion(advance(1, first.answer.generation, 1, 1));
    expect(result).toEqual({ outcome: 'waiting', reason: 'no host' });
  });
});

describe('promise 8: no batch begins over the budget', () => {
  const budget = { failedPercent: 50, cap: 5 };
  async function oneFailedSince(): Promise<Generation> {
    const hosts = await here.enroll('a', 'b');
    const { answer } = await begun(1, 'one');
    const first = await here.activities.advanceRegion(advance(1, answer.generation, 1, 1));
    if (first.outcome !== 'written') throw new Error('the first batch has not begun');
    const digest = placement('one').release.digest;
    const refused = [{ deployment: 1, digest, reason: '/healthz answered 500' }];
    // Whichever it was that the batch has brought.
    for (const host of hosts) await here.say(host, { running: null, health: 'stopped', state: 'reverted', refused });
    return first.answer.generation;
  }

  test('nor when hosts have failed since somebody last looked', async () => {
    const generation = await oneFailedSince();
    const second = await here.activities.advanceRegion({ ...advance(1, generation, 2, 2), budget });
    expect(second).toMatchObject({ outcome: 'stop', counts: { failed: 1 }, failed: { count: 1 } });
    expect((await stored()).row.generation).toBe(generation);
  });

  test('a deployment that was begun before this was asked goes on as it did', async () => {
    const generation = await oneFailedSince();
    expect(await here.activities.advanceRegion(advance(1, generation, 2, 2))).toMatchObject({ outcome: 'written' });
  });
});

test('a batch that was held and let go on is allowed again, with the hosts that it began with, and has its time anew', async () => {
  await here.enroll('a', 'b');
  const { answer } = await begun(1, 'one');
  const first = await here.activities.advanceRegion(advance(1, answer.generation, 1, 1));
  await here.activities.holdRegion(control(1, 1));
  await here.database.em.fork().execute("update batch set started_at = started_at - interval '1 day'");
  const resumed = await here.activities.resumeRegion(control(1, 2));
  const { generation } = (resumed as Extract<typeof resumed, { outcome: 'written' }>).answer;
  const again = await here.activities.advanceRegion(advance(1, generation, 1, 1));
  expect(again).toMatchObject({ outcome: 'written', batch: { hosts: 1, cumulative: 1 } });
  expect((again as { answer: { cut: string } }).answer.cut).toBe((first as { answer: { cut: string } }).answer.cut);
  const batches = await here.database.em
    .fork()
    .execute('select extract(day from now() - started_at)::int as days from batch');
  expect(batches).toEqual([{ days: 0 }]);
});

test('a batch whose hosts have all left for good is begun again with others, once it is let go on', async () => {
  await here.enroll('a', 'b');
  const { answer } = await begun(1, 'one');
  const first = await here.activities.advanceRegion(advance(1, answer.generation, 1, 1));
  expect(first).toMatchObject({ outcome: 'written', batch: { hosts: 1, cumulative: 1 } });
  const brought = async () => (await here.parts.store.readBatches(service, attempt(1).deployment))[0]!.members.hosts;
  const [left] = await brought();
  await here.database.em.fork().execute('delete from host where id = ?', [left]);
  await here.activities.holdRegion(control(1, 1));
  const resumed = await here.activities.resumeRegion(control(1, 2));
  const { generation } = (resumed as Extract<typeof resumed, { outcome: 'written' }>).answer;
  const again = await here.activities.advanceRegion(advance(1, generation, 1, 1));
  expect(again).toMatchObject({ outcome: 'written', batch: { hosts: 1, cumulative: 1 } });
  expect(new Set([left, ...(await brought())])).toEqual(new Set(['a', 'b']));
});

test('an advance that slept through an undo is fenced', async () => {
  await here.enroll('a');
  const first = await begun(1, 'one');
  await here.activities.undoRegion(control(1));
  const zombie = await here.activities.advanceRegion(advance(1, first.answer.generation, 1, 1));
  expect(zombie).toMatchObject({ outcome: 'fenced', row: { mode: 'undo' } });
  expect((await stored()).row.cut).toBeNull();
});

test('a host that was asked to report once a minute is not called absent before it could hear of the goal', async () => {
  const [host] = await here.enroll('a');
  await here.database.em.fork().execute(`update host set reported_at = now() - interval '40 s'`);
  const first = await begun(1, 'one');
  const input = { ...advance(1, first.answer.generation, 1, 1), absentAfterMs: 10_000 };
  const environment = activityAttempt();
  const looked = once(environment, 'heartbeat');
  const advancing = environment.run(advanceRegion, here.parts, input);
  await looked;
  await here.say(host!, { generation: first.answer.generation, running: null, state: 'pending' });
  expect(await advancing).toMatchObject({ outcome: 'written', batch: { hosts: 1, absent: { count: 0 } } });
});
