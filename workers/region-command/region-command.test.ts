import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { exitCodes as exitCodesOfSlipway } from '../../cli/exit-code.ts';
import type { Goal } from '../../domain/goal/goal.ts';
import { hostId } from '../../domain/names.ts';
import { createTrust } from '../../infra/keys/create-trust.ts';
import { readTrustedKeys } from '../../infra/keys/read-keys.ts';
import { enrollHost } from '../../infra/postgres/region/enroll-host.ts';
import { claimRegion } from '../../infra/postgres/region/region-database.ts';
import { readLocalActs } from '../../infra/postgres/region/local-acts.ts';
import { until } from '../../test/crash/run/patience.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  placement,
  region,
  service,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { digestOf } from '../../protocol/digest.ts';
import { verifyDocument } from '../../protocol/dsse.ts';
import { goalType } from '../../protocol/goal.ts';
import { patienceMs } from '../../test/patience.ts';
import { programEnvironment } from '../../test/program-environment.ts';
import { exitCodes } from './command-error.ts';

const project = path.resolve(import.meta.dirname, '../..');
const reason = ['--reason', 'checkout answers 500'];
let folder: string;
let goals: GoalRegion;
let store: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-region-command-'));
  await createTrust(folder, [region], new Date());
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  goals = await createGoalRegion();
  await claimRegion(goals.database.em, region);
  store = await mkdtemp(path.join(folder, 'store-'));
  await writeFile(path.join(store, 'last-generation'), '0\n');
  const variables = {
    SLIPWAY_REGION: region,
    SLIPWAY_REGION_DATABASE_URL: goals.url,
    SLIPWAY_DIRECTOR_KEY_FILE: path.join(folder, `region/${region}/director.pem`),
    SLIPWAY_ROOT_FILE: path.join(folder, 'root.json'),
    SLIPWAY_REGION_STORE: store,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(path.join(folder, 'region.env'), lines.join(''));
});
afterEach(async () => {
  // One that waits for hosts in vain does so for ten minutes.
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await goals.close();
});

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a process of its own, as ada with sudo. */
function begin(...args: string[]): {
  readonly said: () => string;
  readonly ended: Promise<Answer>;
  readonly kill: () => void;
} {
  const file = ['--environment', path.join(folder, 'region.env')];
  const argv = ['--disable-warning=ExperimentalWarning', 'workers/region-command/main.ts', ...file, ...args];
  const child = spawn(process.execPath, argv, { cwd: project, env: { ...programEnvironment, SUDO_USER: 'ada' } });
  const answer = { stdout: '', stderr: '' };
  children.add(child);
  child.stdout.on('data', (text: Buffer) => (answer.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (answer.stderr += text.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...answer }));
  return { said: () => answer.stdout + answer.stderr, ended, kill: () => void child.kill('SIGKILL') };
}
const run = (...args: string[]): Promise<Answer> => begin(...args).ended;

/** `next` is live in the region: its deployment has finished. */
async function deployed(deployment: number, next: ReturnType<typeof placement>): Promise<void> {
  const { activities } = goals;
  const step = { service, region, attempt: attempt(deployment) };
  const begun = await activities.beginRegion({
    ...step,
    outcomes: [],
    centreGeneration: 0,
    next,
    admission: admissionOf(next),
    absentAfterMs,
  });
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  await activities.finishRegion({ ...step, generation: begun.answer.generation });
}

const stored = async () => (await goals.parts.store.readGoal(service))!;
async function signedGoal(): Promise<Goal> {
  const [{ envelope }] = await goals.database.em.fork().execute<[{ envelope: never }]>('select envelope from goal');
  const { directors } = await readTrustedKeys(path.join(folder, 'root.json'));
  const verified = verifyDocument(envelope, goalType, [directors.get(region)!]);
  if (!verified.ok) throw new Error(verified.reason);
  return verified.payload as Goal;
}
const acts = () => readLocalActs(goals.database, { untold: true, limit: 100 });

test('rollback: the region goes back to what ran before, signed and recorded, and it is done when hosts say so', async () => {
  const [host] = await goals.enroll('a');
  await deployed(1, placement('one'));
  await deployed(2, placement('second'));
  await goals.say(host!, {
    generation: (await stored()).row.generation,
    attempt: attempt(2),
    running: placement('second').release.digest,
  });
  const command = begin('rollback', service, ...reason);
  await until('the command to wait', patienceMs, () => command.said().includes('waiting for a') || undefined);
  const { row } = await stored();
  expect(row).toMatchObject({ mode: 'undo', attempt: { deployment: 2, local: 1 }, base: placement('one') });
  expect(await signedGoal()).toMatchObject({ mode: 'undo', generation: row.generation, base: placement('one') });
  expect(await acts()).toEqual([
    {
      id: expect.any(String),
      number: 1,
      verb: 'rollback',
      by: expect.stringMatching(/^ada@./),
      reason: 'checkout answers 500',
      at: expect.any(String),
      service,
      host: null,
      goal: { attempt: attempt(2, 1), generation: row.generation, base: placement('one').release, open: false },
      change: null,
    },
  ]);
  await goals.say(host!, {
    generation: row.generation,
    attempt: row.attempt,
    running: placement('one').release.digest,
  });
  const { code, stdout } = await command.ended;
  expect([code, stdout]).toEqual([exitCodes.done, 'done: 1 host run it\n']);
});

test('rollback again changes nothing and says so; where nothing ran before it is refused', async () => {
  await deployed(1, placement('one'));
  expect(await run('rollback', service, ...reason)).toMatchObject({
    code: exitCodes.refused,
    stderr: expect.stringContaining('no earlier release is known in this region'),
  });
  await deployed(2, placement('second'));
  await run('rollback', service, ...reason);
  const { row } = await stored();
  const again = await run('rollback', service, '--json', ...reason);
  expect(JSON.parse(again.stdout)).toMatchObject({ data: { written: false, done: true } });
  expect([(await stored()).row, (await acts()).length]).toEqual([row, 1]);
});

test('hold: who has not switched does not, and hosts that are silent are named', async () => {
  const [host] = await goals.enroll('a', 'b');
  await deployed(1, placement('one'));
  const next = placement('second');
  await goals.activities.beginRegion({
    service,
    region,
    attempt: attempt(2),
    outcomes: [],
    centreGeneration: 0,
    next,
    admission: admissionOf(next),
    absentAfterMs,
  });
  await goals.database.em.fork().execute(`update host set reported_at = now() - interval '1 hour' where id = 'b'`);
  const command = begin('hold', service, '--json', ...reason);
  const held = await until('the hold', patienceMs, async () => {
    const { row } = await stored();
    return row.mode === 'hold' ? row : undefined;
  });
  await goals.say(host!, { generation: held.generation, attempt: held.attempt });
  const { code, stdout } = await command.ended;
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'slipway-region.hold/v1',
    data: { done: true, attempt: { deployment: 2, local: 1 }, hosts: { there: ['a'], unreachable: ['b'] } },
  });
  expect(code).toBe(exitCodes.personNeeded);
  expect(await acts()).toMatchObject([{ verb: 'hold', goal: { open: true } }]);
});

test('a host: enrolled, labelled, in maintenance, retired; each is recorded, and what is so already is not', async () => {
  const enrolled = await run('enroll', 'a', 'role=web', ...reason);
  expect(enrolled.stdout).toMatch(/^\S{40,}\n$/);
  await goals.enroll('a');
  await run('label', 'a', 'zone=b', 'role-', ...reason);
  await run('canary', 'a', 'on', ...reason);
  await run('maintenance', 'a', 'on', ...reason);
  expect((await run('maintenance', 'a', 'on', ...reason)).stdout).toContain('is in maintenance already');
  const shown = JSON.parse((await run('hosts', '--json')).stdout) as object;
  expect(shown).toMatchObject({
    data: {
      hosts: [{ host: 'a', labels: { zone: 'b', canary: 'true' }, maintenance: true, reportAgeMs: expect.any(Number) }],
    },
  });
  await goals.say('a' as never, {});
  expect(await run('retire', 'a', ...reason)).toMatchObject({
    code: exitCodes.refused,
    stderr: expect.stringContaining('end its agent first'),
  });
  expect((await run('retire', 'a', '--force', ...reason)).code).toBe(exitCodes.done);
  expect((await run('hosts')).stderr).toContain('no such host');
  expect((await acts()).map(({ verb, change }) => [verb, change])).toEqual([
    ['enroll', 'role=web'],
    ['label', 'zone=b role-'],
    ['label', 'canary=true'],
    ['maintenance-on', null],
    ['retire', 'although it reports'],
  ]);
});

const commands = (which: string) =>
  goals.database.em
    .fork()
    .execute<unknown[]>(
      `select from pg_stat_activity where application_name = 'slipway-region' and datname = current_database() and ${which}`,
    );

/** Kills the command where its record would be written, all that it did before being done. */
async function killedAtItsRecord(...args: string[]): Promise<void> {
  const [holding, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = goals.database.em.fork().transactional(async (em) => {
    await em.execute('lock table local_act in exclusive mode');
    holding.resolve();
    await go.promise;
  });
  await holding.promise;
  const command = begin(...args);
  await until('it to write its record', patienceMs, async () =>
    (await commands(`wait_event_type = 'Lock'`)).length > 0 ? true : undefined,
  );
  command.kill();
  await command.ended;
  go.resolve();
  await held;
  await until('the database to notice', patienceMs, async () =>
    (await commands('true')).length === 0 ? true : undefined,
  );
}

/** Of the one host. */
async function standing(): Promise<object> {
  const [found] = await goals.database.em.fork().execute<[object]>(`
    select revoked_at is not null as revoked, quarantine is not null as quarantined,
      (select count(*)::int from enrolment_token) as tokens
    from host_identity`);
  return found;
}

test.each([
  ['revoke', { revoked: true, quarantined: true, tokens: 0 }],
  ['release', { revoked: false, quarantined: false, tokens: 0 }],
  ['enroll', { revoked: false, quarantined: true, tokens: 1 }],
] as const)(
  '%s that is killed in the middle is neither done nor recorded, and both when it is said again',
  async (verb, done) => {
    const identity = { key: digestOf('key'), machine: null, expiresAtMs: Date.now() + patienceMs };
    await enrollHost(goals.database, hostId('a'), {}, identity);
    await goals.database.em.fork().execute(`update host_identity set quarantine = 'two machines'`);
    await killedAtItsRecord(verb, 'a', ...reason);
    expect([await standing(), await acts()]).toEqual([{ revoked: false, quarantined: true, tokens: 0 }, []]);
    expect((await run(verb, 'a', ...reason)).code).toBe(exitCodes.done);
    expect(await standing()).toEqual(done);
    expect(await acts()).toMatchObject([
      { verb, host: 'a', by: expect.stringContaining('ada@'), reason: 'checkout answers 500' },
    ]);
  },
);

test('hosts are shown with what their last change of instances cost, where it cost anything', async () => {
  const [a, b] = await goals.enroll('a', 'b');
  await deployed(1, placement('one'));
  const { generation } = (await stored()).row;
  const runs = { generation, attempt: attempt(1), running: placement('one').release.digest };
  await goals.say(a!, { ...runs, switchGapMs: 461 });
  await goals.say(b!, { ...runs, switchGapMs: 0 });
  const lines = (await run('hosts')).stdout.split('\n');
  expect(lines[0]).toMatch(/^a .* healthy, healthy, was away for 461 ms when it changed over$/);
  expect(lines[1]).toMatch(/^b .* healthy, healthy$/);
  expect(JSON.parse((await run('hosts', '--json')).stdout)).toMatchObject({
    data: { hosts: [{ services: [{ switchGapMs: 461 }] }, { services: [{ switchGapMs: 0 }] }] },
  });
});

test.each([
  [['rollback', 'checkout'], exitCodes.usage, "required option '--reason <text>'"],
  [['rollback', 'Checkout', ...reason], exitCodes.usage, 'not a service name'],
  [['rollback', 'checkout', '--reason', '  '], exitCodes.usage, '--reason must be 1 to 500 characters'],
  [['rollback', 'checkout', ...reason], exitCodes.notFound, 'there is no service checkout in this region'],
  [['label', 'a', 'nonsense', ...reason], exitCodes.usage, 'not a label: "nonsense"'],
  [['maintenance', 'a', 'perhaps', ...reason], exitCodes.usage, 'it must be on or off'],
  [['maintenance', 'a', 'on', ...reason], exitCodes.notFound, 'there is no host a in this region'],
  [['fly'], exitCodes.usage, "unknown command 'fly'"],
])('%j ends with %d, and nothing was written', async (args, code, text) => {
  expect(await run(...args)).toEqual({ code, stdout: '', stderr: expect.stringContaining(text) });
  expect(await acts()).toEqual([]);
});

test("a database that lacks what this version needs is left as it is, and said to be the worker's to bring further", async () => {
  const em = goals.database.em.fork();
  const applied = await em.execute<{ name: string }[]>('select name from mikro_orm_migrations order by id');
  await em.execute('delete from mikro_orm_migrations where name = ?', [applied.at(-1)!.name]);
  const lacks = expect.stringContaining(
    `its database lacks ${applied.at(-1)!.name}: upgrade the region's worker first`,
  );
  expect(await run('services')).toEqual({ code: exitCodes.refused, stdout: '', stderr: lacks });
  expect(await em.execute('select from mikro_orm_migrations')).toHaveLength(applied.length - 1);
  await em.execute('insert into mikro_orm_migrations (name) values (?)', [applied.at(-1)!.name]);
});

test("another region's database is refused, and a service's goal stays as it is", async () => {
  await goals.database.em.fork().execute(`update region_setting set value = '"us-east"' where name = 'region'`);
  expect(await run('services')).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('us-east') });
});

test('exit codes are those of slipway', () => {
  expect(exitCodesOfSlipway).toMatchObject(exitCodes);
});
